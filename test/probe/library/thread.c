#include "thread.h"

#include <pthread.h>
#include <signal.h>
#include <time.h>

#include "libc-calls.h"
#include "system.h"

static volatile int asked;
static volatile int answer;

static void rest(void) {
  struct timespec time = {0, 2000000};
  SYSTEM2(SYS_nanosleep, &time, 0);
}

static void *wait_and_answer(void *nothing) {
  while (!asked) rest();
  answer = call_libc() == 0 ? 1 : 2;
  return nothing;
}

/* Without cgo, Go has no way to handle a signal on a thread that it did not make: all are blocked there. */
int thread_start(void) {
  sigset_t all, before;
  pthread_t thread;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  int failed = pthread_create(&thread, 0, wait_and_answer, 0);
  if (!failed) pthread_detach(thread);
  pthread_sigmask(SIG_SETMASK, &before, 0);
  return !failed;
}

int thread_answers(void) {
  asked = 1;
  for (int turn = 0; turn < 1000 && answer == 0; turn++) rest();
  return answer == 1;
}
