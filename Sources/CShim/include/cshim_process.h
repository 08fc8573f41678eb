#ifndef TIMEPROBE_CSHIM_PROCESS_H
#define TIMEPROBE_CSHIM_PROCESS_H

#include <stdint.h>

// What main() was given; Embedded Swift has no CommandLine.
int32_t tp_argument_count(void);
const char *_Nullable tp_argument(int32_t index);
const char *_Nullable tp_environment(const char *_Nonnull name);

_Noreturn void tp_exit(int32_t status);

// Gives 0, 1 and 2 to a descriptor that cannot be read or written (EBADF) where the caller left them closed:
// else the first socket would get such a number, and records would go to the server. Before anything is opened.
void tp_occupy_standard_descriptors(void);

// SIGINT and SIGTERM are counted, and come only while the calling thread is in tp_poll; SIGCONT is counted at any
// time; SIGPIPE is ignored. Once, before any thread.
int32_t tp_signals_install(void);
// 1 in the thread that called tp_signals_install.
int32_t tp_takes_signals(void);
// For a forked child: no signal comes any more, not in tp_poll either.
void tp_signals_refuse(void);
// How many of them came so far.
int32_t tp_signals_seen(void);
// How often the process was continued after it was stopped, as far as it was told.
int32_t tp_continues_seen(void);

// The kernel's words for an errno.
const char *_Nonnull tp_error_text(int32_t error);

int32_t tp_random(void *_Nonnull bytes, int64_t count);

// One heap for all threads (mallopt(3), M_ARENA_MAX): each of its own would keep what a short-lived thread let go of.
void tp_share_heap(void);

// A detached thread with all signals blocked. `stack` in bytes.
int32_t tp_thread_start(void (*_Nonnull body)(void *_Nonnull), void *_Nonnull context, int64_t stack);

// The calling thread's sleeps end on time: timer slack of 1 ns (prctl(2), PR_SET_TIMERSLACK).
int32_t tp_set_timer_slack(void);

// uname(2): node name and release.
int32_t tp_host_name(char *_Nonnull text, int64_t size);
int32_t tp_kernel_release(char *_Nonnull text, int64_t size);

#endif
