#include "hook.h"

#include <string.h>
#include <sys/mman.h>

#include "system.h"

/* movabs r12, ADDRESS; jmp r12. At the entry of a Go function r12 holds nothing (ABIInternal: scratch). */
enum { jump_size = 13 };

uintptr_t hook_target;
void (*hook_run)(void);
unsigned char hook_stack[256 * 1024] __attribute__((aligned(64)));
uintptr_t hook_stack_end;
uintptr_t hook_saved_stack;
static unsigned char original[jump_size];

/* On a stack of its own, every register kept: main.main goes on as if nothing had been. */
void hook_entry(void);
__asm__(
    ".text\n"
    ".type hook_entry, @function\n"
    "hook_entry:\n"
    "  mov hook_saved_stack@GOTPCREL(%rip), %r12\n"
    "  mov %rsp, (%r12)\n"
    "  mov hook_stack_end@GOTPCREL(%rip), %r12\n"
    "  mov (%r12), %rsp\n"
    "  pushfq\n"
    "  push %rax\n  push %rbx\n  push %rcx\n  push %rdx\n  push %rsi\n  push %rdi\n  push %rbp\n"
    "  push %r8\n  push %r9\n  push %r10\n  push %r11\n  push %r13\n  push %r14\n  push %r15\n"
    "  sub $520, %rsp\n"
    "  fxsave64 (%rsp)\n"
    "  cld\n"
    "  mov hook_run@GOTPCREL(%rip), %r12\n"
    "  call *(%r12)\n"
    "  fxrstor64 (%rsp)\n"
    "  add $520, %rsp\n"
    "  pop %r15\n  pop %r14\n  pop %r13\n  pop %r11\n  pop %r10\n  pop %r9\n  pop %r8\n"
    "  pop %rbp\n  pop %rdi\n  pop %rsi\n  pop %rdx\n  pop %rcx\n  pop %rbx\n  pop %rax\n"
    "  popfq\n"
    "  mov hook_saved_stack@GOTPCREL(%rip), %r12\n"
    "  mov (%r12), %rsp\n"
    "  mov hook_target@GOTPCREL(%rip), %r12\n"
    "  mov (%r12), %r12\n"
    "  jmp *%r12\n"
    ".size hook_entry, . - hook_entry\n");

static long protect(int mode) {
  uintptr_t start = hook_target & ~(uintptr_t)4095;
  uintptr_t end = (hook_target + jump_size + 4095) & ~(uintptr_t)4095;
  return SYSTEM3(SYS_mprotect, start, end - start, mode);
}

int hook_set(uintptr_t function, void (*run)(void)) {
  hook_target = function;
  hook_run = run;
  /* 15 pushes and 520 bytes below it, fxsave's area and the call are aligned to 16. */
  hook_stack_end = (uintptr_t)hook_stack + sizeof hook_stack;
  if (protect(PROT_READ | PROT_WRITE | PROT_EXEC) < 0) return 0;
  unsigned char jump[jump_size] = {0x49, 0xbc, 0, 0, 0, 0, 0, 0, 0, 0, 0x41, 0xff, 0xe4};
  uintptr_t entry = (uintptr_t)hook_entry;
  memcpy(jump + 2, &entry, sizeof entry);
  memcpy(original, (void *)function, jump_size);
  memcpy((void *)function, jump, jump_size);
  return 1;
}

void hook_clear(void) {
  unsigned char *code = (unsigned char *)hook_target;
  for (int at = 0; at < jump_size; at++) ((volatile unsigned char *)code)[at] = original[at];
  protect(PROT_READ | PROT_EXEC);
}
