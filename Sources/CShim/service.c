#define _GNU_SOURCE
#include "cshim.h"

#include <errno.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/capability.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static volatile sig_atomic_t hangups_seen;

static void count_hangup(int number) {
  (void)number;
  hangups_seen = hangups_seen + 1;
}

int32_t tp_hangups_install(void) {
  struct sigaction action = {.sa_handler = count_hangup};
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGHUP);
  return sigprocmask(SIG_BLOCK, &set, NULL) < 0 || sigaction(SIGHUP, &action, NULL) < 0 ? -errno : 0;
}

int32_t tp_hangups_seen(void) { return hangups_seen; }

uint32_t tp_effective_user(void) { return geteuid(); }

static int32_t set_capabilities(uint64_t keep) {
  cap_t own = cap_get_proc();
  cap_t next = cap_init();
  int32_t result = 0;
  if (!own || !next) result = -errno;
  for (cap_value_t value = 0; result == 0 && value < 64 && value < cap_max_bits(); value++) {
    cap_flag_value_t has = CAP_CLEAR;
    if (!(keep >> value & 1) || cap_get_flag(own, value, CAP_PERMITTED, &has) < 0 || has == CAP_CLEAR) continue;
    if (cap_set_flag(next, CAP_PERMITTED, 1, &value, CAP_SET) < 0 ||
        cap_set_flag(next, CAP_EFFECTIVE, 1, &value, CAP_SET) < 0)
      result = -errno;
  }
  if (result == 0 && cap_set_proc(next) < 0) result = -errno;
  cap_free(own);
  cap_free(next);
  return result;
}

int32_t tp_drop_rights(int32_t change_user, uint32_t user, uint32_t group, uint64_t keep) {
  for (cap_value_t value = 0; value < 64 && value < cap_max_bits(); value++) {
    // Without CAP_SETPCAP nobody may, and nobody without new rights needs it.
    if (!(keep >> value & 1)) (void)cap_drop_bound(value);
  }
  if (change_user) {
    if (prctl(PR_SET_KEEPCAPS, 1UL, 0UL, 0UL, 0UL) < 0) return -errno;
    if (setgroups(0, NULL) < 0 || setresgid(group, group, group) < 0 || setresuid(user, user, user) < 0)
      return -errno;
    (void)prctl(PR_SET_KEEPCAPS, 0UL, 0UL, 0UL, 0UL);
  }
  int32_t result = set_capabilities(keep);
  if (result < 0) return result;
  (void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0UL, 0UL, 0UL);
  return prctl(PR_SET_NO_NEW_PRIVS, 1UL, 0UL, 0UL, 0UL) < 0 ? -errno : 0;
}

uint64_t tp_capabilities(void) {
  uint64_t set = 0;
  cap_t own = cap_get_proc();
  if (!own) return 0;
  for (cap_value_t value = 0; value < 64 && value < cap_max_bits(); value++) {
    cap_flag_value_t has = CAP_CLEAR;
    if (cap_get_flag(own, value, CAP_EFFECTIVE, &has) == 0 && has == CAP_SET) set |= UINT64_C(1) << value;
  }
  cap_free(own);
  return set;
}

int32_t tp_change_owner(const char *path, uint32_t user, uint32_t group) {
  return lchown(path, user, group) < 0 ? -errno : 0;
}

int32_t tp_set_real_time(int32_t priority) {
  struct sched_param parameters = {.sched_priority = priority};
  return sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &parameters) < 0 ? -errno : 0;
}

int32_t tp_lock_memory(void) {
  return mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) < 0 ? -errno : 0;
}

static int32_t fill(struct sockaddr_un *address, socklen_t *length, const char *path) {
  size_t count = strlen(path);
  if (count == 0 || count >= sizeof address->sun_path) return -ENAMETOOLONG;
  *address = (struct sockaddr_un){.sun_family = AF_UNIX};
  memcpy(address->sun_path, path, count);
  *length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + count + 1);
  if (path[0] == '@') {
    address->sun_path[0] = 0;
    *length -= 1;
  }
  return 0;
}

int32_t tp_control_listen(const char *path, uint32_t mode) {
  struct sockaddr_un address;
  socklen_t length;
  int32_t result = fill(&address, &length, path);
  if (result < 0) return result;
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return -errno;
  struct stat status;
  if (lstat(path, &status) == 0 && S_ISSOCK(status.st_mode)) (void)unlink(path);
  if (bind(fd, (struct sockaddr *)&address, length) < 0 || chmod(path, (mode_t)mode) < 0 || listen(fd, 16) < 0) {
    result = -errno;
    close(fd);
    return result;
  }
  return fd;
}

int32_t tp_control_accept(int32_t fd) {
  int next = accept4(fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
  return next < 0 ? -errno : next;
}

int32_t tp_control_peer(int32_t fd, uint32_t *user) {
  struct ucred peer;
  socklen_t length = sizeof peer;
  if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) < 0) return -errno;
  *user = peer.uid;
  return 0;
}

int32_t tp_control_finish(int32_t fd) { return shutdown(fd, SHUT_WR) < 0 ? -errno : 0; }

int32_t tp_notify(const char *path, const void *bytes, int64_t count) {
  struct sockaddr_un address;
  socklen_t length;
  int32_t result = fill(&address, &length, path);
  if (result < 0) return result;
  int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return -errno;
  ssize_t sent = sendto(fd, bytes, (size_t)count, MSG_NOSIGNAL, (struct sockaddr *)&address, length);
  result = sent < 0 ? -errno : 0;
  close(fd);
  return result;
}
