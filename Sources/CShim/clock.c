#define _GNU_SOURCE
#include "cshim.h"

#include <errno.h>
#include <sys/timex.h>
#include <time.h>

_Static_assert(tp_timex_pll == STA_PLL && tp_timex_unsynchronised == STA_UNSYNC && tp_timex_hold == STA_FREQHOLD &&
                   tp_timex_nano == STA_NANO,
               "status bits of adjtimex");
_Static_assert(TIME_OK == 0 && TIME_INS == 1 && TIME_DEL == 2 && TIME_OOP == 3 && TIME_WAIT == 4 && TIME_ERROR == 5,
               "results of adjtimex");

static inline int64_t nanoseconds(const struct timespec *t) {
  return (int64_t)t->tv_sec * 1000000000 + t->tv_nsec;
}

struct tp_reading tp_read_clocks(void) {
  struct timespec before, realtime, monotonic, after;
  // These four clocks exist on every Linux since 2.6.28 and cannot fail.
  clock_gettime(CLOCK_MONOTONIC_RAW, &before);
  clock_gettime(CLOCK_REALTIME, &realtime);
  clock_gettime(CLOCK_MONOTONIC, &monotonic);
  clock_gettime(CLOCK_MONOTONIC_RAW, &after);
  return (struct tp_reading){
      .raw_before = nanoseconds(&before),
      .realtime = nanoseconds(&realtime),
      .monotonic = nanoseconds(&monotonic),
      .raw_after = nanoseconds(&after),
  };
}

int32_t tp_adjtimex_read(struct tp_timex *state) {
  struct timex now = {.modes = 0};
  int result = adjtimex(&now);
  if (result < 0) return -errno;
  *state = (struct tp_timex){
      .freq = now.freq,
      .tick = now.tick,
      .offset = now.offset,
      .maxerror = now.maxerror,
      .esterror = now.esterror,
      .constant = now.constant,
      .tai = now.tai,
      .status = now.status,
      .time_state = result,
  };
  return 0;
}

struct tp_boot_reading tp_read_boottime(void) {
  struct timespec before, boottime, after;
  clock_gettime(CLOCK_MONOTONIC, &before);
  clock_gettime(CLOCK_BOOTTIME, &boottime);
  clock_gettime(CLOCK_MONOTONIC, &after);
  return (struct tp_boot_reading){
      .monotonic_before = nanoseconds(&before),
      .boottime = nanoseconds(&boottime),
      .monotonic_after = nanoseconds(&after),
  };
}
