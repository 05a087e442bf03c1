/* What the file of the running program says about itself. */
#ifndef PROBE_PROGRAM_H
#define PROBE_PROGRAM_H

#include <stddef.h>
#include <stdint.h>

struct program {
  /* The file, mapped; null when it cannot be read. */
  const unsigned char *file;
  size_t size;
  /* What is added to the addresses in the file. */
  uintptr_t bias;
};

int program_open(struct program *program);
/* Address in the file of a function that .symtab defines, 0 when it does not. */
uintptr_t program_function(const struct program *program, const char *name, uint64_t *size);
/* The bytes in the file that stand at this address, null when none do. */
const unsigned char *program_bytes(const struct program *program, uintptr_t address, size_t length);
/* Go's version into `text`; 0 when there is no build info in the inline format. */
int program_go_version(const struct program *program, char *text, size_t size);
/* Whether this address of the process is mapped, and executable. */
int is_executable(uintptr_t address);

#endif
