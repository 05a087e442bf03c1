/* System calls without libc: the report has to get out when libc does not work. x86-64 Linux. */
#ifndef PROBE_SYSTEM_H
#define PROBE_SYSTEM_H

#include <stddef.h>
#include <sys/syscall.h>

static inline long system_call(long number, long a, long b, long c, long d, long e, long f) {
  long result;
  register long r10 __asm__("r10") = d;
  register long r8 __asm__("r8") = e;
  register long r9 __asm__("r9") = f;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                   : "rcx", "r11", "memory");
  return result;
}

#define SYSTEM1(n, a) system_call(n, (long)(a), 0, 0, 0, 0, 0)
#define SYSTEM2(n, a, b) system_call(n, (long)(a), (long)(b), 0, 0, 0, 0)
#define SYSTEM3(n, a, b, c) system_call(n, (long)(a), (long)(b), (long)(c), 0, 0, 0)
#define SYSTEM4(n, a, b, c, d) system_call(n, (long)(a), (long)(b), (long)(c), (long)(d), 0, 0)

/* The thread pointer of the calling thread (ARCH_GET_FS). */
static inline unsigned long thread_pointer(void) {
  unsigned long value = 0;
  SYSTEM2(SYS_arch_prctl, 0x1003, &value);
  return value;
}

#endif
