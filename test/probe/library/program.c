#define _GNU_SOURCE
#include "program.h"

#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "system.h"

/* The program itself comes first. */
static int first_bias(struct dl_phdr_info *info, size_t size, void *bias) {
  (void)size;
  *(uintptr_t *)bias = info->dlpi_addr;
  return 1;
}

int program_open(struct program *program) {
  struct stat status;
  long fd = SYSTEM4(SYS_openat, AT_FDCWD, "/proc/self/exe", O_RDONLY | O_CLOEXEC, 0);
  if (fd < 0 || SYSTEM2(SYS_fstat, fd, &status) < 0) return 0;
  program->size = (size_t)status.st_size;
  long mapped = system_call(SYS_mmap, 0, (long)program->size, PROT_READ, MAP_PRIVATE, fd, 0);
  SYSTEM1(SYS_close, fd);
  if (mapped < 0) return 0;
  program->file = (const unsigned char *)mapped;
  return dl_iterate_phdr(first_bias, &program->bias);
}

static const Elf64_Ehdr *header(const struct program *program) { return (const Elf64_Ehdr *)program->file; }

static const Elf64_Shdr *section(const struct program *program, unsigned index) {
  const Elf64_Ehdr *elf = header(program);
  uint64_t offset = elf->e_shoff + (uint64_t)index * sizeof(Elf64_Shdr);
  if (elf->e_shoff == 0 || index >= elf->e_shnum || offset + sizeof(Elf64_Shdr) > program->size) return NULL;
  return (const Elf64_Shdr *)(program->file + offset);
}

static int is_inside(const struct program *program, const Elf64_Shdr *table) {
  return table != NULL && table->sh_type != SHT_NOBITS && table->sh_offset <= program->size &&
         table->sh_size <= program->size - table->sh_offset;
}

uintptr_t program_function(const struct program *program, const char *name, uint64_t *size) {
  for (unsigned index = 0; index < header(program)->e_shnum; index++) {
    const Elf64_Shdr *table = section(program, index);
    if (!is_inside(program, table) || table->sh_type != SHT_SYMTAB) continue;
    const Elf64_Shdr *strings = section(program, table->sh_link);
    if (!is_inside(program, strings)) continue;
    const Elf64_Sym *symbols = (const Elf64_Sym *)(program->file + table->sh_offset);
    const char *names = (const char *)program->file + strings->sh_offset;
    size_t length = strlen(name) + 1;
    for (uint64_t at = 0; at < table->sh_size / sizeof(Elf64_Sym); at++) {
      uint64_t start = symbols[at].st_name;
      if (symbols[at].st_shndx == SHN_UNDEF || symbols[at].st_value == 0 || start + length > strings->sh_size) continue;
      if (memcmp(names + start, name, length) != 0) continue;
      *size = symbols[at].st_size;
      return symbols[at].st_value;
    }
  }
  return 0;
}

const unsigned char *program_bytes(const struct program *program, uintptr_t address, size_t length) {
  const Elf64_Ehdr *elf = header(program);
  const Elf64_Phdr *segments = (const Elf64_Phdr *)(program->file + elf->e_phoff);
  for (unsigned index = 0; index < elf->e_phnum; index++) {
    const Elf64_Phdr *segment = &segments[index];
    if (segment->p_type != PT_LOAD || address < segment->p_vaddr) continue;
    uint64_t into = address - segment->p_vaddr;
    if (into + length <= segment->p_filesz && segment->p_offset + into + length <= program->size)
      return program->file + segment->p_offset + into;
  }
  return NULL;
}

int program_go_version(const struct program *program, char *text, size_t size) {
  static const char magic[] = "\xff Go buildinf:";
  const unsigned char *found = memmem(program->file, program->size, magic, sizeof magic - 1);
  if (found == NULL || found + 34 > program->file + program->size || (found[15] & 2) == 0) return 0;
  size_t length = found[32];
  if (length == 0 || length > 127 || length >= size) return 0;
  memcpy(text, found + 33, length);
  text[length] = 0;
  return strncmp(text, "go", 2) == 0 || strncmp(text, "devel", 5) == 0;
}

int is_executable(uintptr_t address) {
  FILE *maps = fopen("/proc/self/maps", "re");
  int found = 0;
  char line[512];
  while (maps != NULL && !found && fgets(line, sizeof line, maps) != NULL) {
    unsigned long start, end;
    char mode[5];
    if (sscanf(line, "%lx-%lx %4s", &start, &end, mode) == 3 && start <= address && address < end) found = mode[2] == 'x';
  }
  if (maps != NULL) fclose(maps);
  return found;
}
