/* What an agent asks of libc, in one go. */
#ifndef PROBE_LIBC_CALLS_H
#define PROBE_LIBC_CALLS_H

/* null when every call did what it should, else the name of the one that did not. */
const char *call_libc(void);

#endif
