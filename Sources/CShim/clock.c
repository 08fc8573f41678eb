#define _GNU_SOURCE
#include "cshim.h"

#include <time.h>

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
