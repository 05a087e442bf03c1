#define _GNU_SOURCE
#include "libc-calls.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static __thread int per_thread = 41;

const char *call_libc(void) {
  char *memory = malloc(100000);
  if (memory == NULL) return "malloc";
  memset(memory, 1, 100000);
  free(memory);
  int before = per_thread++;
  if (per_thread != before + 1) return "__thread";
  errno = 0;
  if (open("/nowhere/at/all", O_RDONLY) != -1 || errno != ENOENT) return "errno";
  if (getenv("GOSHIM_PROBE_REPORT") == NULL) return "getenv";
  char text[32];
  if (snprintf(text, sizeof text, "%d %s %.2f", 7, "x", 0.5) != 8 || strcmp(text, "7 x 0.50") != 0) return "stdio";
  pid_t (*ask)(void) = (pid_t(*)(void))dlsym(RTLD_DEFAULT, "getpid");
  if (ask == NULL || ask() != getpid()) return "dlsym";
  return NULL;
}
