/* A thread of the library's own, which waits until it is asked and then calls libc. */
#ifndef PROBE_THREAD_H
#define PROBE_THREAD_H

int thread_start(void);
/* Whether it answers within two seconds, and its libc works. */
int thread_answers(void);

#endif
