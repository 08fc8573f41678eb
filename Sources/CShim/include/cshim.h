#ifndef TIMEPROBE_CSHIM_H
#define TIMEPROBE_CSHIM_H
#include <stdint.h>
int64_t tp_write(int fd, const void *_Nonnull bytes, int64_t count);
int tp_argc(void);
char *_Nullable *_Nonnull tp_argv(void);
#endif
