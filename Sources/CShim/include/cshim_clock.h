#ifndef TIMEPROBE_CSHIM_CLOCK_H
#define TIMEPROBE_CSHIM_CLOCK_H

#include <stdint.h>

// Nanoseconds of CLOCK_MONOTONIC_RAW, CLOCK_REALTIME, CLOCK_MONOTONIC and again CLOCK_MONOTONIC_RAW,
// read in this order with nothing in between.
struct tp_reading {
  int64_t raw_before;
  int64_t realtime;
  int64_t monotonic;
  int64_t raw_after;
};

struct tp_reading tp_read_clocks(void);

#endif
