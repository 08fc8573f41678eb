#define _GNU_SOURCE
#include "cshim_getopt.h"
#include <errno.h>
#include <getopt.h>
#include <pthread.h>
#include <string.h>

/* Values of long options begin past every letter. */
enum { FIRST_VALUE = 256 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct option longs[TP_OPTION_LIMIT + 1];
/* "-:", a letter and perhaps a colon for each option, NUL. */
static char shorts[2 + 2 * TP_OPTION_LIMIT + 1];
static int32_t index_of_letter[256];

int tp_options_begin(const struct tp_option *options, int32_t count) {
  if (count < 0 || count > TP_OPTION_LIMIT) return -EINVAL;
  pthread_mutex_lock(&lock);
  memset(longs, 0, sizeof longs);
  memset(shorts, 0, sizeof shorts);
  for (int i = 0; i < 256; i++) index_of_letter[i] = TP_OPTION_UNKNOWN;
  /* "-": words that are no options come in their order, whatever POSIXLY_CORRECT says;
     ":": a missing value is told apart and nothing is printed. */
  char *next_short = shorts;
  *next_short++ = '-';
  *next_short++ = ':';
  int32_t used = 0;
  for (int32_t i = 0; i < count; i++) {
    if (options[i].name) {
      longs[used++] = (struct option){
          .name = options[i].name,
          .has_arg = options[i].takes_value ? required_argument : no_argument,
          .val = FIRST_VALUE + i,
      };
    }
    if (options[i].letter > 0 && options[i].letter < 256) {
      index_of_letter[options[i].letter] = i;
      *next_short++ = (char)options[i].letter;
      if (options[i].takes_value) *next_short++ = ':';
    }
  }
  opterr = 0;
  optind = 0; /* glibc: start anew (getopt(3), NOTES) */
  return 0;
}

static int32_t index_of_value(int value) {
  if (value >= FIRST_VALUE) return value - FIRST_VALUE;
  return index_of_letter[(unsigned char)value];
}

struct tp_option_token tp_options_next(int32_t argc, char **argv) {
  struct tp_option_token token = {.word = optind == 0 ? 1 : optind};
  int found = getopt_long(argc, argv, shorts, longs, NULL);
  token.value = optarg;
  switch (found) {
    case -1:
      token.option = TP_OPTION_END;
      token.word = optind; /* past a "--": what is left is positional */
      break;
    case 1:
      token.option = TP_OPTION_POSITIONAL;
      break;
    case ':':
      token.option = TP_OPTION_MISSING;
      token.about = index_of_value(optopt);
      break;
    case '?':
      if (optopt >= FIRST_VALUE) {
        token.option = TP_OPTION_UNWANTED;
        token.about = index_of_value(optopt);
      } else {
        token.option = TP_OPTION_UNKNOWN;
        token.letter = (unsigned char)optopt;
      }
      break;
    default:
      token.option = index_of_value(found);
  }
  return token;
}

void tp_options_end(void) { pthread_mutex_unlock(&lock); }
