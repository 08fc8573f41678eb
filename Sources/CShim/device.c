#define _GNU_SOURCE
#include "cshim.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>
#if defined(__x86_64__)
#include <x86intrin.h>
#endif

int64_t tp_pread(int32_t fd, void *bytes, int64_t count, int64_t offset) {
  ssize_t n = pread(fd, bytes, (size_t)count, offset);
  return n < 0 ? -errno : n;
}

int32_t tp_pipe_open(int32_t ends[2]) { return pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0 ? -errno : 0; }

int64_t tp_write_from(int32_t fd, uint64_t address, int64_t count) {
  ssize_t n = write(fd, (const void *)(uintptr_t)address, (size_t)count);
  return n < 0 ? -errno : n;
}

int32_t tp_counter_state(void) {
#if defined(__x86_64__)
  int mode = PR_TSC_ENABLE;
  if (prctl(PR_GET_TSC, &mode) == 0 && mode == PR_TSC_SIGSEGV) return -EACCES;
  return 1;
#elif defined(__aarch64__)
  return 1;
#else
  return 0;
#endif
}

uint64_t tp_counter(void) {
#if defined(__x86_64__)
  // The order that the vDSO keeps too: a load fence, then the counter (arch/x86/include/asm/msr.h, rdtsc_ordered).
  _mm_lfence();
  return __rdtsc();
#elif defined(__aarch64__)
  uint64_t value;
  __asm__ volatile("isb\n\tmrs %0, cntvct_el0" : "=r"(value)::"memory");
  return value;
#else
  return 0;
#endif
}

uint64_t tp_counter_frequency(void) {
#if defined(__aarch64__)
  uint64_t value;
  __asm__ volatile("mrs %0, cntfrq_el0" : "=r"(value));
  return value & 0xffffffff;
#else
  return 0;
#endif
}
