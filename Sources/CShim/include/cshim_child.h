#ifndef TIMEPROBE_CSHIM_CHILD_H
#define TIMEPROBE_CSHIM_CHILD_H

#include <stdint.h>

// fork(2), before any thread: 0 in the child, where every signal is blocked from its first instruction on.
int32_t tp_fork(void);
// How the child ended: its exit status, or 256 + the signal that ended it. -EAGAIN: it runs on, and `wait` was 0.
int32_t tp_child_end(int32_t child, int32_t wait);
_Noreturn void tp_exit_at_once(int32_t status);

int32_t tp_process(void);
int32_t tp_parent(void);
// SIGKILL.
int32_t tp_kill(int32_t process);
// setsid(2).
int32_t tp_leave_session(void);
// What ps shows, at most 15 bytes (prctl(2), PR_SET_NAME).
int32_t tp_set_name(const char *_Nonnull name);
// Ctrl-Z no longer stops this process.
int32_t tp_refuse_stop(void);

// Two connected stream sockets, close-on-exec.
int32_t tp_pair_open(int32_t ends[_Nonnull 2]);
// flock(2), exclusive, without waiting: -EAGAIN where somebody has it. Held as long as any copy of the descriptor.
int32_t tp_lock(int32_t fd);
int64_t tp_pwrite(int32_t fd, const void *_Nonnull bytes, int64_t count, int64_t offset);

#endif
