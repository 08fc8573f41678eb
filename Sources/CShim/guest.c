#define _GNU_SOURCE
#include "cshim.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/ethtool.h>
#include <linux/net_tstamp.h>
#include <linux/netlink.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sched.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>
#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#endif

// Wire/StampingAbility.swift knows these by number.
_Static_assert(SOF_TIMESTAMPING_TX_HARDWARE == 1 && SOF_TIMESTAMPING_TX_SOFTWARE == 2 &&
                   SOF_TIMESTAMPING_RX_HARDWARE == 4 && SOF_TIMESTAMPING_RX_SOFTWARE == 8,
               "stamping bits");
_Static_assert(HWTSTAMP_TX_OFF == 0 && HWTSTAMP_TX_ON == 1 && HWTSTAMP_FILTER_NONE == 0 && HWTSTAMP_FILTER_ALL == 1 &&
                   HWTSTAMP_FILTER_PTP_V2_EVENT == 12 && HWTSTAMP_FILTER_NTP_ALL == 15,
               "hardware stamping");

int32_t tp_open_probe(const char *path) {
  int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  return fd < 0 ? -errno : fd;
}

int32_t tp_exists(const char *path) { return access(path, F_OK) < 0 ? -errno : 0; }

int64_t tp_read_link(const char *path, void *text, int64_t size) {
  ssize_t n = readlink(path, text, (size_t)size);
  return n < 0 ? -errno : n;
}

int64_t tp_read_folder(int32_t fd, void *entries, int64_t size) {
  long n = syscall(SYS_getdents64, fd, entries, (unsigned)size);
  return n < 0 ? -errno : n;
}

int32_t tp_cpuid(uint32_t leaf, struct tp_cpuid *registers) {
#if defined(__x86_64__) || defined(__i386__)
  __cpuid(leaf, registers->eax, registers->ebx, registers->ecx, registers->edx);
  return 0;
#else
  (void)leaf;
  (void)registers;
  return -ENOSYS;
#endif
}

int32_t tp_cpus_allowed(void) {
  // Larger than any kernel's CONFIG_NR_CPUS, or the call fails with EINVAL.
  unsigned long mask[8192 / (8 * sizeof(unsigned long))];
  long bytes = syscall(SYS_sched_getaffinity, 0, sizeof mask, mask);
  if (bytes < 0) return -errno;
  return CPU_COUNT_S((size_t)bytes, (cpu_set_t *)mask);
}

int32_t tp_query_socket(void) {
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  return fd < 0 ? -errno : fd;
}

static struct ifreq request_for(const char *name, void *data) {
  struct ifreq request = {.ifr_data = data};
  strncpy(request.ifr_name, name, sizeof request.ifr_name - 1);
  return request;
}

int32_t tp_interface_index(int32_t fd, const char *name) {
  struct ifreq request = request_for(name, NULL);
  return ioctl(fd, SIOCGIFINDEX, &request) < 0 ? -errno : request.ifr_ifindex;
}

int32_t tp_ethtool_driver(int32_t fd, const char *name, char *driver) {
  struct ethtool_drvinfo info = {.cmd = ETHTOOL_GDRVINFO};
  struct ifreq request = request_for(name, &info);
  if (ioctl(fd, SIOCETHTOOL, &request) < 0) return -errno;
  memcpy(driver, info.driver, sizeof info.driver);
  driver[sizeof info.driver - 1] = 0;
  return 0;
}

int32_t tp_ethtool_stamping(int32_t fd, const char *name, struct tp_stamping *stamping) {
  struct ethtool_ts_info info = {.cmd = ETHTOOL_GET_TS_INFO};
  struct ifreq request = request_for(name, &info);
  if (ioctl(fd, SIOCETHTOOL, &request) < 0) return -errno;
  *stamping = (struct tp_stamping){
      .abilities = info.so_timestamping,
      .phc = info.phc_index,
      .tx_types = info.tx_types,
      .rx_filters = info.rx_filters,
  };
  return 0;
}

int32_t tp_stamping_state(int32_t fd, const char *name, int32_t *tx, int32_t *rx) {
  struct hwtstamp_config config = {.flags = 0};
  struct ifreq request = request_for(name, &config);
  if (ioctl(fd, SIOCGHWTSTAMP, &request) < 0) return -errno;
  *tx = config.tx_type;
  *rx = config.rx_filter;
  return 0;
}

int32_t tp_route_socket(void) {
  int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, NETLINK_ROUTE);
  return fd < 0 ? -errno : fd;
}
