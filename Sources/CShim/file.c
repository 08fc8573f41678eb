#define _GNU_SOURCE
#include "cshim.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

_Static_assert(sizeof(struct tp_poll) == sizeof(struct pollfd), "tp_poll is pollfd");
_Static_assert(offsetof(struct tp_poll, events) == offsetof(struct pollfd, events), "tp_poll is pollfd");
_Static_assert(offsetof(struct tp_poll, revents) == offsetof(struct pollfd, revents), "tp_poll is pollfd");
_Static_assert(tp_poll_in == POLLIN && tp_poll_out == POLLOUT && tp_poll_error == POLLERR &&
                   tp_poll_hangup == POLLHUP,
               "poll bits");
// SYS_ppoll takes the timespec of userspace and 64 signals.
_Static_assert(sizeof(long) == 8 && sizeof(struct timespec) == 16 && _NSIG - 1 == 64, "the kernel's ppoll");

int32_t tp_open(const char *path, enum tp_open_mode mode) {
  int flags = mode == tp_open_write ? O_WRONLY | O_CREAT | O_TRUNC : O_RDONLY;
  if (mode == tp_open_update) flags = O_RDWR;
  if (mode == tp_open_device) flags |= O_NONBLOCK | O_NOCTTY;
  int fd = open(path, flags | O_CLOEXEC, 0644);
  return fd < 0 ? -errno : fd;
}

int32_t tp_close(int32_t fd) { return close(fd) < 0 ? -errno : 0; }

int64_t tp_read(int32_t fd, void *bytes, int64_t count) {
  ssize_t n = read(fd, bytes, (size_t)count);
  return n < 0 ? -errno : n;
}

int64_t tp_write(int32_t fd, const void *bytes, int64_t count) {
  ssize_t n = write(fd, bytes, (size_t)count);
  return n < 0 ? -errno : n;
}

int32_t tp_is_terminal(int32_t fd) { return isatty(fd); }

int32_t tp_is_regular_file(int32_t fd) {
  struct stat status;
  return fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
}

int32_t tp_is_same_file(int32_t fd, const char *path) {
  struct stat one, other;
  return fstat(fd, &one) == 0 && S_ISREG(one.st_mode) && stat(path, &other) == 0 && one.st_dev == other.st_dev &&
         one.st_ino == other.st_ino;
}

int64_t tp_find_byte(const void *bytes, uint8_t byte, int64_t count) {
  const char *found = memchr(bytes, byte, (size_t)count);
  return found ? found - (const char *)bytes : -1;
}

int32_t tp_poll(struct tp_poll *fds, int32_t count, int64_t timeout_ns, int64_t *left_ns) {
  struct timespec timeout = {.tv_sec = timeout_ns / 1000000000, .tv_nsec = timeout_ns % 1000000000};
  uint64_t none = 0;
  // glibc's ppoll keeps from its caller what the kernel writes into the timeout.
  long n = syscall(SYS_ppoll, fds, (unsigned long)count, timeout_ns < 0 ? NULL : &timeout,
                   tp_takes_signals() ? &none : NULL, sizeof none);
  if (left_ns) *left_ns = (int64_t)timeout.tv_sec * 1000000000 + timeout.tv_nsec;
  return n < 0 ? -errno : (int32_t)n;
}

int32_t tp_event_open(void) {
  int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  return fd < 0 ? -errno : fd;
}

int32_t tp_event_post(int32_t fd) { return eventfd_write(fd, 1) < 0 ? -errno : 0; }

int32_t tp_cancel_timer_open(void) {
  int fd = timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC);
  return fd < 0 ? -errno : fd;
}

int32_t tp_cancel_timer_arm(int32_t fd) {
  // As late as an absolute timer can be: what is waited for is the cancellation.
  struct itimerspec never = {.it_value = {.tv_sec = INT64_MAX / 1000000000 - 1}};
  int flags = TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET;
  return timerfd_settime(fd, flags, &never, NULL) < 0 ? -errno : 0;
}
