#ifndef TIMEPROBE_CSHIM_DEVICE_H
#define TIMEPROBE_CSHIM_DEVICE_H

#include <stdint.h>

// pread(2).
int64_t tp_pread(int32_t fd, void *_Nonnull bytes, int64_t count, int64_t offset);
// pipe2(2): not blocking, close-on-exec. ends[0] is read, ends[1] written.
int32_t tp_pipe_open(int32_t ends[_Nonnull 2]);
// write(2) from an address that need not be readable: -EFAULT where it is not, and no signal.
int64_t tp_write_from(int32_t fd, uint64_t address, int64_t count);

// 1: this processor's counter can be read by tp_counter. 0: none that this build knows.
// -EACCES: reading it is forbidden to this process (prctl(2), PR_SET_TSC).
int32_t tp_counter_state(void);
// The processor's own counter, read after everything before it: x86 TSC, arm64 CNTVCT_EL0, else 0.
uint64_t tp_counter(void);
// What the counter says of its own frequency in Hz: arm64 CNTFRQ_EL0, else 0.
uint64_t tp_counter_frequency(void);

// clock_gettime(2) through libc, which takes the vDSO's where it can, and as a system call always. In ns.
int32_t tp_clock_read(int32_t clock, int64_t *_Nonnull nanoseconds);
int32_t tp_clock_read_slowly(int32_t clock, int64_t *_Nonnull nanoseconds);

// 1 where something has this name, 0 else.
int32_t tp_is_there(const char *_Nonnull path);
// 1 for a character device, 0 for anything else.
int32_t tp_is_device(int32_t fd);
// readlink(2): the number of bytes.
int64_t tp_link_target(const char *_Nonnull path, char *_Nonnull text, int64_t size);

// A PTP clock's time and the system's, in ns (linux/ptp_clock.h). Two readings of the system's clock around the
// device's, or, for `precise`, both of one moment as the driver tells it.
struct tp_ptp_stamp {
  int64_t before;
  int64_t device;
  int64_t after;
};
int32_t tp_ptp_extended(int32_t fd, int32_t clock, struct tp_ptp_stamp *_Nonnull stamp);
int32_t tp_ptp_plain(int32_t fd, struct tp_ptp_stamp *_Nonnull stamp);
struct tp_ptp_cross {
  int64_t device;
  int64_t realtime;
  int64_t raw;
};
int32_t tp_ptp_precise(int32_t fd, struct tp_ptp_cross *_Nonnull cross);

// RTC_RD_TIME (rtc(4)): year, month (1 to 12), day, hour, minute, second, as the clock has them.
struct tp_rtc_time {
  int32_t field[6];
};
int32_t tp_rtc_read(int32_t fd, struct tp_rtc_time *_Nonnull time);

// The first page of a device, for reading: its address, or 0 and errno in `error`.
uint64_t tp_map_page(int32_t fd, int32_t *_Nonnull error);
void tp_unmap_page(uint64_t page);
// One load of 64 bits, in one piece.
uint64_t tp_load64(uint64_t address);

// The processors that the calling thread may run on, a bit each. The number of bytes that were filled in.
int32_t tp_allowed_processors(uint8_t *_Nonnull mask, int64_t size);
// The calling thread runs on this processor only.
int32_t tp_run_on(int32_t processor);

#endif
