#ifndef TIMEPROBE_CSHIM_FILE_H
#define TIMEPROBE_CSHIM_FILE_H

#include <stdint.h>

enum tp_open_mode {
  tp_open_read,
  // A device or a file of the kernel, for reading: not blocking, never a controlling terminal.
  tp_open_device,
  // To read and write what is there.
  tp_open_update,
  // Created with mode 0644 or emptied.
  tp_open_write,
};

int32_t tp_open(const char *_Nonnull path, enum tp_open_mode mode);
int32_t tp_close(int32_t fd);
int64_t tp_read(int32_t fd, void *_Nonnull bytes, int64_t count);
int64_t tp_write(int32_t fd, const void *_Nonnull bytes, int64_t count);
// 1 or 0.
int32_t tp_is_terminal(int32_t fd);
// 1 for a regular file, 0 for anything else.
int32_t tp_is_regular_file(int32_t fd);
// 1 where the path names the file that fd has open, by whatever name; 0 otherwise.
int32_t tp_is_same_file(int32_t fd, const char *_Nonnull path);
// memchr(3): where the byte is first, else -1.
int64_t tp_find_byte(const void *_Nonnull bytes, uint8_t byte, int64_t count);

struct tp_poll {
  int32_t fd;
  int16_t events;
  int16_t revents;
};
enum {
  tp_poll_in = 0x001,
  tp_poll_out = 0x004,
  tp_poll_error = 0x008,
  tp_poll_hangup = 0x010,
};

// ppoll(2); in the thread that installed the signals none is blocked meanwhile. A negative timeout waits for ever.
// -EINTR: a signal came; then *left_ns is what was left of the timeout when it did, also where the signal stopped the
// process and this returns only after it was continued.
int32_t tp_poll(struct tp_poll *_Nonnull fds, int32_t count, int64_t timeout_ns, int64_t *_Nullable left_ns);

// A timer that never ends. Where CLOCK_REALTIME is set it becomes readable, and a read gives -ECANCELED once
// (timerfd_create(2), TFD_TIMER_CANCEL_ON_SET). It has to be armed again after that.
int32_t tp_cancel_timer_open(void);
int32_t tp_cancel_timer_arm(int32_t fd);

// A counter that wakes a poll: eventfd(2), close-on-exec, not blocking.
int32_t tp_event_open(void);
int32_t tp_event_post(int32_t fd);

#endif
