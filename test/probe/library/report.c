#include "report.h"

#include <fcntl.h>

#include "system.h"

static long file = -1;
static char text[4096];
static size_t settled;
static const char *current;

static size_t put(size_t at, const char *word) {
  while (*word != 0 && at < sizeof text - 1) text[at++] = *word++;
  return at;
}

/* Writes everything again, and cuts off what a longer `begun` left. */
static size_t line(const char *outcome, const char *why) {
  size_t end = put(settled, current);
  end = put(end, outcome);
  end = put(end, why);
  end = put(end, "\n");
  SYSTEM4(SYS_pwrite64, file, text, end, 0);
  SYSTEM2(SYS_ftruncate, file, end);
  return end;
}

int report_open(const char *path) {
  file = SYSTEM4(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  return file >= 0;
}

void step_begin(const char *name) {
  current = name;
  line(" begun", "");
}

void step_ok(void) { settled = line(" ok", ""); }

void step_failed(const char *why) {
  settled = line(" failed ", why);
}
