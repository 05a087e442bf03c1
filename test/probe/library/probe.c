/*
 * A library that is preloaded into a Go program and does there what a monitoring agent must do: run before the program, use libc,
 * find Go's functions by .symtab, and get onto a Go thread with a working libc. It reports how far it came.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hook.h"
#include "libc-calls.h"
#include "program.h"
#include "report.h"
#include "system.h"
#include "thread.h"

extern char **environ;
static unsigned long main_thread_pointer;

static void outcome(const char *why) {
  if (why == NULL) step_ok();
  else step_failed(why);
}

/* Crashes still show: the signals that the CPU raises stay open. */
static void block_signals(unsigned long *before) {
  unsigned long all = ~0ul;
  const int raised[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP};
  for (unsigned index = 0; index < sizeof raised / sizeof *raised; index++) all &= ~(1ul << (raised[index] - 1));
  SYSTEM4(SYS_rt_sigprocmask, SIG_SETMASK, &all, before, 8);
}

/* Runs when main.main is entered. */
static void on_go_thread(void) {
  unsigned long before;
  block_signals(&before);
  hook_clear();
  step_begin("thread-pointer");
  unsigned long pointer = thread_pointer();
  int is_main = SYSTEM1(SYS_gettid, 0) == SYSTEM1(SYS_getpid, 0);
  /* glibc's and musl's thread descriptors begin with their own address. */
  int is_libc = pointer != 0 && *(unsigned long *)pointer == pointer;
  outcome(is_libc && (!is_main || pointer == main_thread_pointer) ? NULL : "the thread pointer is not libc's");
  step_begin("libc-on-go-thread");
  outcome(call_libc());
  step_begin("own-thread");
  outcome(thread_answers() ? NULL : "no answer");
  SYSTEM4(SYS_rt_sigprocmask, SIG_SETMASK, &before, NULL, 8);
}

/* Not to be inherited: a child of the other libc would die. */
static void rename_preload(void) {
  for (char **entry = environ; entry != NULL && *entry != NULL; entry++)
    if (strncmp(*entry, "LD_PRELOAD=", 11) == 0) **entry = 'X';
}

static const char *find_and_patch(void) {
  static struct program program;
  uint64_t size = 0;
  char version[128];
  step_begin("file");
  if (!program_open(&program)) return "/proc/self/exe cannot be read";
  step_ok();
  step_begin("go-version");
  outcome(program_go_version(&program, version, sizeof version) ? NULL : "none");
  step_begin("symbols");
  if (program_function(&program, "runtime.main", &size) == 0) return "no runtime.main in .symtab";
  uintptr_t function = program_function(&program, "main.main", &size);
  if (function == 0) return "no main.main in .symtab";
  step_ok();
  step_begin("mapping");
  uintptr_t address = function + program.bias;
  if (!is_executable(address)) return "main.main is not mapped where it should be";
  const unsigned char *bytes = program_bytes(&program, function, 16);
  if (bytes == NULL || memcmp(bytes, (void *)address, 16) != 0) return "main.main is not the same as in the file";
  step_ok();
  step_begin("patch");
  if (!hook_set(address, on_go_thread)) return "its page cannot be made writable";
  return NULL;
}

__attribute__((constructor)) static void begin(void) {
  const char *path = getenv("GOSHIM_PROBE_REPORT");
  if (path == NULL || !report_open(path)) return;
  step_begin("constructor");
  main_thread_pointer = thread_pointer();
  rename_preload();
  step_ok();
  step_begin("libc");
  outcome(call_libc());
  step_begin("thread");
  outcome(thread_start() ? NULL : "pthread_create");
  outcome(find_and_patch());
}
