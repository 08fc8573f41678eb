#define _GNU_SOURCE
#include "cshim.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

int32_t tp_open_append(const char *path) {
  int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_NOCTTY | O_CLOEXEC, 0644);
  return fd < 0 ? -errno : fd;
}

int32_t tp_open_new(const char *path) {
  int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_NOCTTY | O_CLOEXEC, 0640);
  return fd < 0 ? -errno : fd;
}

int64_t tp_file_size(const char *path) {
  struct stat status;
  return stat(path, &status) < 0 ? -errno : (int64_t)status.st_size;
}

int64_t tp_read_at(int32_t fd, void *bytes, int64_t count, int64_t offset) {
  ssize_t n = pread(fd, bytes, (size_t)count, (off_t)offset);
  return n < 0 ? -errno : n;
}

int32_t tp_rename(const char *from, const char *to) { return rename(from, to) < 0 ? -errno : 0; }

int32_t tp_unlink(const char *path) { return unlink(path) < 0 ? -errno : 0; }

int32_t tp_make_folder(const char *path) { return mkdir(path, 0750) < 0 ? -errno : 0; }

static int32_t set_option(int fd, int level, int name, int value) {
  return setsockopt(fd, level, name, &value, sizeof value) < 0 ? -errno : 0;
}

int32_t tp_datagram_open(uint8_t family) {
  int fd = tp_udp_open(family);
  if (fd < 0) return fd;
  if (family == 4) set_option(fd, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DO);
  if (family == 6) set_option(fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_DO);
  return fd;
}

int32_t tp_tcp_open(uint8_t family, int32_t patience_ms) {
  int fd = socket(family == 4 ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return -errno;
  set_option(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
  set_option(fd, IPPROTO_TCP, TCP_KEEPIDLE, 15);
  set_option(fd, IPPROTO_TCP, TCP_KEEPINTVL, 5);
  set_option(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, patience_ms);
  return fd;
}

int32_t tp_unix_open(int32_t datagram) {
  int fd = socket(AF_UNIX, (datagram ? SOCK_DGRAM : SOCK_STREAM) | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  return fd < 0 ? -errno : fd;
}

int32_t tp_unix_connect(int32_t fd, const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  size_t length = strlen(path);
  if (length >= sizeof address.sun_path) return -ENAMETOOLONG;
  memcpy(address.sun_path, path, length + 1);
  return connect(fd, (struct sockaddr *)&address, sizeof address) < 0 ? -errno : 0;
}

int32_t tp_socket_error(int32_t fd) {
  int error = 0;
  socklen_t length = sizeof error;
  return getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) < 0 ? -errno : -error;
}

int32_t tp_unacknowledged(int32_t fd) {
  int count = 0;
  return ioctl(fd, SIOCOUTQ, &count) < 0 ? -errno : count;
}

int64_t tp_send_window(int32_t fd) {
  struct tcp_info info;
  socklen_t length = sizeof info;
  if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &length) < 0) return -errno;
  if (length < offsetof(struct tcp_info, tcpi_snd_wnd) + sizeof info.tcpi_snd_wnd) return 0;
  return info.tcpi_snd_wnd;
}

int64_t tp_send_quietly(int32_t fd, const void *bytes, int64_t count) {
  ssize_t n = send(fd, bytes, (size_t)count, MSG_NOSIGNAL);
  return n < 0 ? -errno : n;
}
