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

#endif
