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

// Nanoseconds of CLOCK_MONOTONIC, CLOCK_BOOTTIME and again CLOCK_MONOTONIC.
struct tp_boot_reading {
  int64_t monotonic_before;
  int64_t boottime;
  int64_t monotonic_after;
};

struct tp_boot_reading tp_read_boottime(void);

// What the kernel's clock discipline says of itself, in its own units (adjtimex(2), linux/timex.h).
struct tp_timex {
  // 2^-16 ppm. Positive = the clock is made faster.
  int64_t freq;
  // us a tick of USER_HZ; 10000 is nominal at 100.
  int64_t tick;
  // What the kernel's own loop has still to slew: ns where `status` has tp_timex_nano, else us.
  int64_t offset;
  // us.
  int64_t maxerror;
  int64_t esterror;
  int64_t constant;
  // TAI - UTC in s; 0 where nobody told the kernel.
  int64_t tai;
  // STA_*.
  int32_t status;
  // The call's result, TIME_OK 0 to TIME_ERROR 5: 1 and 2 a leap second is announced, 3 inside one, 4 after it.
  int32_t time_state;
};
enum {
  // STA_PLL, STA_UNSYNC, STA_FREQHOLD, STA_NANO.
  tp_timex_pll = 0x0001,
  tp_timex_unsynchronised = 0x0040,
  tp_timex_hold = 0x0080,
  tp_timex_nano = 0x2000,
};

// adjtimex(2) with no mode: reads and sets nothing. 0 or -errno.
int32_t tp_adjtimex_read(struct tp_timex *_Nonnull state);

#endif
