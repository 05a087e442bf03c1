/* A jump in a Go function that leads here once, on the Go thread. */
#ifndef PROBE_HOOK_H
#define PROBE_HOOK_H

#include <stdint.h>

/* Overwrites the function's first bytes; `run` is called when it is entered, and then the function goes on. 0: not writable. */
int hook_set(uintptr_t function, void (*run)(void));
/* Puts the bytes back; `run` must do so before it returns. */
void hook_clear(void);

#endif
