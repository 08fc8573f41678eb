#define _GNU_SOURCE
#include "cshim.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/ptp_clock.h>
#include <linux/rtc.h>
#include <sched.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
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

static int64_t of_timespec(const struct timespec *t) { return (int64_t)t->tv_sec * 1000000000 + t->tv_nsec; }

int32_t tp_clock_read(int32_t clock, int64_t *nanoseconds) {
  struct timespec now = {0};
  if (clock_gettime(clock, &now) < 0) return -errno;
  *nanoseconds = of_timespec(&now);
  return 0;
}

int32_t tp_clock_read_slowly(int32_t clock, int64_t *nanoseconds) {
  struct timespec now = {0};
  if (syscall(SYS_clock_gettime, clock, &now) < 0) return -errno;
  *nanoseconds = of_timespec(&now);
  return 0;
}

int32_t tp_is_there(const char *path) { return access(path, F_OK) == 0; }

int32_t tp_is_device(int32_t fd) {
  struct stat status;
  return fstat(fd, &status) == 0 && S_ISCHR(status.st_mode);
}

int64_t tp_link_target(const char *path, char *text, int64_t size) {
  ssize_t n = readlink(path, text, (size_t)size);
  return n < 0 ? -errno : n;
}

_Static_assert(sizeof(struct ptp_clock_time) == 16, "ptp_clock_time");
_Static_assert(sizeof(struct ptp_sys_offset_precise) == 64, "ptp_sys_offset_precise");
_Static_assert(offsetof(struct ptp_sys_offset_precise, sys_monoraw) == 32, "sys_monoraw");
_Static_assert(sizeof(struct ptp_sys_offset_extended) == 16 + 25 * 3 * 16, "ptp_sys_offset_extended");
_Static_assert(sizeof(struct ptp_sys_offset) == 16 + 51 * 16, "ptp_sys_offset");

// A device may say anything: no overflow, which would be undefined.
static int64_t of_ptp(const struct ptp_clock_time *t) {
  return (int64_t)((uint64_t)t->sec * 1000000000u + t->nsec);
}

int32_t tp_ptp_extended(int32_t fd, int32_t clock, struct tp_ptp_stamp *stamp) {
  // The first reserved word is the clock's id from Linux 6.12 on; before, it has to be 0, CLOCK_REALTIME.
  struct ptp_sys_offset_extended offset = {.n_samples = 1, .rsv = {(unsigned)clock}};
  if (ioctl(fd, PTP_SYS_OFFSET_EXTENDED, &offset) < 0) return -errno;
  *stamp = (struct tp_ptp_stamp){of_ptp(&offset.ts[0][0]), of_ptp(&offset.ts[0][1]), of_ptp(&offset.ts[0][2])};
  return 0;
}

int32_t tp_ptp_plain(int32_t fd, struct tp_ptp_stamp *stamp) {
  struct ptp_sys_offset offset = {.n_samples = 1};
  if (ioctl(fd, PTP_SYS_OFFSET, &offset) < 0) return -errno;
  *stamp = (struct tp_ptp_stamp){of_ptp(&offset.ts[0]), of_ptp(&offset.ts[1]), of_ptp(&offset.ts[2])};
  return 0;
}

int32_t tp_ptp_precise(int32_t fd, struct tp_ptp_cross *cross) {
  struct ptp_sys_offset_precise offset = {0};
  if (ioctl(fd, PTP_SYS_OFFSET_PRECISE, &offset) < 0) return -errno;
  *cross = (struct tp_ptp_cross){of_ptp(&offset.device), of_ptp(&offset.sys_realtime), of_ptp(&offset.sys_monoraw)};
  return 0;
}

_Static_assert(sizeof(struct rtc_time) == 9 * sizeof(int), "rtc_time");

int32_t tp_rtc_read(int32_t fd, struct tp_rtc_time *time) {
  struct rtc_time now = {0};
  if (ioctl(fd, RTC_RD_TIME, &now) < 0) return -errno;
  *time = (struct tp_rtc_time){
      {now.tm_year + 1900, now.tm_mon + 1, now.tm_mday, now.tm_hour, now.tm_min, now.tm_sec}};
  return 0;
}

uint64_t tp_map_page(int32_t fd, int32_t *error) {
  void *page = mmap(NULL, (size_t)sysconf(_SC_PAGESIZE), PROT_READ, MAP_SHARED, fd, 0);
  *error = page == MAP_FAILED ? errno : 0;
  return page == MAP_FAILED ? 0 : (uint64_t)(uintptr_t)page;
}

void tp_unmap_page(uint64_t page) { munmap((void *)(uintptr_t)page, (size_t)sysconf(_SC_PAGESIZE)); }

uint64_t tp_load64(uint64_t address) { return *(const volatile uint64_t *)(uintptr_t)address; }

int32_t tp_allowed_processors(uint8_t *mask, int64_t size) {
  // The system call and not libc's: it tells how much it wrote.
  long n = syscall(SYS_sched_getaffinity, 0, (size_t)size, mask);
  return n < 0 ? -errno : (int32_t)n;
}

int32_t tp_run_on(int32_t processor) {
  cpu_set_t set[4];
  memset(set, 0, sizeof set);
  if (processor < 0 || (size_t)processor >= 8 * sizeof set) return -EINVAL;
  CPU_SET_S((size_t)processor, sizeof set, set);
  return sched_setaffinity(0, sizeof set, set) < 0 ? -errno : 0;
}
