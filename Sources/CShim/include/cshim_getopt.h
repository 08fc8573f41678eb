#ifndef TIMEPROBE_CSHIM_GETOPT_H
#define TIMEPROBE_CSHIM_GETOPT_H
#include <stdint.h>

/* One option of the table: `name` without dashes and `letter`, either of which may be absent (NULL, 0). */
struct tp_option {
  const char *_Nullable name;
  int32_t letter;
  int32_t takes_value;
};

/* What one call of getopt_long(3) found. */
struct tp_option_token {
  /* An index into the table; or one of TP_OPTION_*. */
  int32_t option;
  /* For MISSING and UNWANTED: the index of the option that it is about. */
  int32_t about;
  /* The index in argv of the word that it was found in. */
  int32_t word;
  /* The letter that is not in the table; 0 for a long option. */
  uint8_t letter;
  const char *_Nullable value;
};

#define TP_OPTION_END -1
#define TP_OPTION_POSITIONAL -2
#define TP_OPTION_UNKNOWN -3
#define TP_OPTION_MISSING -4
#define TP_OPTION_UNWANTED -5

#define TP_OPTION_LIMIT 96

/* getopt_long keeps its place in globals. `begin` takes a lock and starts anew, `end` gives it back; between
   them `next` reads a word or a letter at a time. argv[0] is skipped and ends with a NULL.
   Returns 0, or -EINVAL for a table longer than TP_OPTION_LIMIT (then without the lock). */
int tp_options_begin(const struct tp_option *_Nonnull options, int32_t count);
struct tp_option_token tp_options_next(int32_t argc, char *_Nullable *_Nonnull argv);
void tp_options_end(void);

#endif
