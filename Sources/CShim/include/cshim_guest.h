#ifndef TIMEPROBE_CSHIM_GUEST_H
#define TIMEPROBE_CSHIM_GUEST_H

#include <stdint.h>

// What tells of the guest that this runs in. Everything here only reads.

// open(2) for reading that cannot block: a FIFO in the place of a file is an empty file.
int32_t tp_open_probe(const char *_Nonnull path);
// 0, or -errno: access(2), F_OK.
int32_t tp_exists(const char *_Nonnull path);
// The length of a link's text, not ended by a zero.
int64_t tp_read_link(const char *_Nonnull path, void *_Nonnull text, int64_t size);
// getdents64(2): struct linux_dirent64 one after the other; 0 at the end.
int64_t tp_read_folder(int32_t fd, void *_Nonnull entries, int64_t size);

struct tp_cpuid {
  uint32_t eax, ebx, ecx, edx;
};
// 0, or -ENOSYS where there is no such instruction.
int32_t tp_cpuid(uint32_t leaf, struct tp_cpuid *_Nonnull registers);

// How many processors this thread may run on (sched_getaffinity(2)), or -errno.
int32_t tp_cpus_allowed(void);

// A socket to ask the kernel about interfaces: AF_INET, SOCK_DGRAM. It is never bound and never sends.
int32_t tp_query_socket(void);
// The interface's number, or -errno.
int32_t tp_interface_index(int32_t fd, const char *_Nonnull name);
// ETHTOOL_GDRVINFO. `driver` holds 32 bytes and is ended by a zero.
int32_t tp_ethtool_driver(int32_t fd, const char *_Nonnull name, char *_Nonnull driver);

struct tp_stamping {
  // SOF_TIMESTAMPING_* that the driver has.
  uint32_t abilities;
  // The number of its /dev/ptpN; -1: none.
  int32_t phc;
  // Bit n: HWTSTAMP_TX_n, HWTSTAMP_FILTER_n.
  uint32_t tx_types;
  uint32_t rx_filters;
};
// ETHTOOL_GET_TS_INFO (Documentation/networking/timestamping.rst).
int32_t tp_ethtool_stamping(int32_t fd, const char *_Nonnull name, struct tp_stamping *_Nonnull stamping);
// SIOCGHWTSTAMP: HWTSTAMP_TX_* and HWTSTAMP_FILTER_* in force.
int32_t tp_stamping_state(int32_t fd, const char *_Nonnull name, int32_t *_Nonnull tx, int32_t *_Nonnull rx);

// rtnetlink(7), not blocking: a question sent to the kernel is answered when the send returns.
int32_t tp_route_socket(void);

#endif
