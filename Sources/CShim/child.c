#define _GNU_SOURCE
#include "cshim.h"

#include <errno.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

_Static_assert(EWOULDBLOCK == EAGAIN, "flock");

int32_t tp_fork(void) {
  sigset_t all, before;
  sigfillset(&all);
  if (sigprocmask(SIG_SETMASK, &all, &before) < 0) return -errno;
  pid_t child = fork();
  int error = errno;
  if (child == 0) {
    tp_signals_refuse();
    return 0;
  }
  sigprocmask(SIG_SETMASK, &before, NULL);
  return child < 0 ? -error : child;
}

int32_t tp_child_end(int32_t child, int32_t wait) {
  int status;
  pid_t ended = waitpid(child, &status, wait ? 0 : WNOHANG);
  if (ended < 0) return -errno;
  if (ended == 0) return -EAGAIN;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 256 + WTERMSIG(status);
}

void tp_exit_at_once(int32_t status) { _exit(status); }

int32_t tp_process(void) { return getpid(); }

int32_t tp_parent(void) { return getppid(); }

int32_t tp_kill(int32_t process) { return kill(process, SIGKILL) < 0 ? -errno : 0; }

int32_t tp_leave_session(void) {
  pid_t session = setsid();
  return session < 0 ? -errno : session;
}

int32_t tp_set_name(const char *name) { return prctl(PR_SET_NAME, name) < 0 ? -errno : 0; }

int32_t tp_refuse_stop(void) { return signal(SIGTSTP, SIG_IGN) == SIG_ERR ? -errno : 0; }

int32_t tp_pair_open(int32_t ends[2]) {
  return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0 ? -errno : 0;
}

int32_t tp_lock(int32_t fd) { return flock(fd, LOCK_EX | LOCK_NB) < 0 ? -errno : 0; }

int64_t tp_pwrite(int32_t fd, const void *bytes, int64_t count, int64_t offset) {
  ssize_t n = pwrite(fd, bytes, (size_t)count, offset);
  return n < 0 ? -errno : n;
}
