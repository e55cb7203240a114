#include "cprocess.h"

#include <malloc.h>

static char *none[] = {0};
static char **arguments = none;

// glibc passes to each constructor what it passes to main.
__attribute__((constructor)) static void keep(int count, char **values) {
  if (count > 0) arguments = values;
}

char *const *cprocess_arguments(void) { return arguments; }

void cprocess_use_one_arena(void) { mallopt(M_ARENA_MAX, 1); }
