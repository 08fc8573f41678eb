#define _GNU_SOURCE
#include "cshim.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/utsname.h>

static int argument_count;
static char **arguments;

// glibc calls constructors with main's arguments.
__attribute__((constructor)) static void keep_arguments(int argc, char **argv) {
  argument_count = argc;
  arguments = argv;
}

int32_t tp_argument_count(void) { return argument_count; }

const char *tp_argument(int32_t index) {
  return index >= 0 && index < argument_count ? arguments[index] : NULL;
}

void tp_exit(int32_t status) { exit(status); }

const char *tp_environment(const char *name) { return getenv(name); }

void tp_occupy_standard_descriptors(void) {
  // O_PATH and not /dev/null: it is there in an empty root as well, and a write to it is still an error.
  for (int number = 0; number <= 2; number++) {
    if (fcntl(number, F_GETFD) < 0 && open("/", O_PATH) < 0) return;
  }
}

static volatile sig_atomic_t signals_seen;

static _Thread_local int32_t takes_signals;

static void count_signal(int number) {
  (void)number;
  signals_seen = signals_seen + 1;
}

static volatile sig_atomic_t continues_seen;

static void count_continue(int number) {
  (void)number;
  continues_seen = continues_seen + 1;
}

int32_t tp_signals_install(void) {
  struct sigaction action = {.sa_handler = count_signal};
  struct sigaction continued = {.sa_handler = count_continue, .sa_flags = SA_RESTART};
  sigset_t ends;
  takes_signals = 1;
  sigemptyset(&ends);
  sigaddset(&ends, SIGINT);
  sigaddset(&ends, SIGTERM);
  if (sigprocmask(SIG_BLOCK, &ends, NULL) < 0 || sigaction(SIGINT, &action, NULL) < 0 ||
      sigaction(SIGTERM, &action, NULL) < 0 ||
      sigaction(SIGCONT, &continued, NULL) < 0)
    return -errno;
  return signal(SIGPIPE, SIG_IGN) == SIG_ERR ? -errno : 0;
}

void tp_signals_refuse(void) { takes_signals = 0; }

int32_t tp_takes_signals(void) { return takes_signals; }

int32_t tp_signals_seen(void) { return signals_seen; }

int32_t tp_continues_seen(void) { return continues_seen; }

const char *tp_error_text(int32_t error) {
  const char *text = strerrordesc_np(error);
  return text ? text : "unknown error";
}

int32_t tp_random(void *bytes, int64_t count) {
  ssize_t n = getrandom(bytes, (size_t)count, 0);
  return n < 0 ? -errno : (int32_t)n;
}

void tp_share_heap(void) { (void)mallopt(M_ARENA_MAX, 1); }

struct thread_start {
  void (*body)(void *);
  void *context;
};

static void *run_thread(void *argument) {
  struct thread_start start = *(struct thread_start *)argument;
  free(argument);
  start.body(start.context);
  return NULL;
}

int32_t tp_thread_start(void (*body)(void *), void *context, int64_t stack) {
  struct thread_start *start = malloc(sizeof *start);
  if (!start) return -ENOMEM;
  *start = (struct thread_start){body, context};
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(&attributes, (size_t)stack);
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  pthread_t thread;
  int error = pthread_create(&thread, &attributes, run_thread, start);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  pthread_attr_destroy(&attributes);
  if (error) free(start);
  return -error;
}

int32_t tp_set_timer_slack(void) { return prctl(PR_SET_TIMERSLACK, 1UL) < 0 ? -errno : 0; }

static int32_t copy_text(char *text, int64_t size, const char *source) {
  return (int32_t)snprintf(text, (size_t)size, "%s", source);
}

int32_t tp_host_name(char *text, int64_t size) {
  struct utsname name;
  return uname(&name) < 0 ? -errno : copy_text(text, size, name.nodename);
}

int32_t tp_kernel_release(char *text, int64_t size) {
  struct utsname name;
  return uname(&name) < 0 ? -errno : copy_text(text, size, name.release);
}
