#include "cshim.h"
#include <unistd.h>
#include <errno.h>
static int kept_argc; static char **kept_argv;
__attribute__((constructor)) static void keep(int argc, char **argv) { kept_argc = argc; kept_argv = argv; }
int tp_argc(void) { return kept_argc; }
char **tp_argv(void) { return kept_argv; }
int64_t tp_write(int fd, const void *b, int64_t n) { int64_t r = write(fd, b, (size_t)n); return r < 0 ? -errno : r; }
