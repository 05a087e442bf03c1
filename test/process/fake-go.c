/*
 * A go that says what a process of it would find, for tests of what stands between the caller and go.
 * `build` and `test` do as FAKE_DO says and write the state they found to FAKE_OUT; everything else is FAKE_REAL's.
 */
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

extern char **environ;

static void word(FILE *out, const char *kind, const char *text) {
  fprintf(out, "%s ", kind);
  for (const unsigned char *c = (const unsigned char *)text; *c; c++)
    if (*c < 0x20 || *c >= 0x7f || *c == '\\')
      fprintf(out, "\\x%02x", *c);
    else
      fputc(*c, out);
  fputc('\n', out);
}

static void state(int argc, char **argv) {
  char fds[4096] = "", line[4096];
  for (int fd = 0; fd < 1024; fd++) {
    snprintf(line, sizeof line, "/proc/self/fd/%d", fd);
    if (access(line, F_OK) == 0 || readlink(line, line, 10) > 0) {
      char number[16];
      snprintf(number, sizeof number, " %d", fd);
      strcat(fds, number);
    }
  }
  FILE *out = fopen(getenv("FAKE_OUT"), "w");
  if (!out)
    return;
  fprintf(out, "fds%s\n", fds);
  for (int i = 1; i < argc; i++)
    word(out, "arg", argv[i]);
  for (char **e = environ; *e; e++)
    word(out, "env", *e);
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  fprintf(out, "files %llu %llu\n", (unsigned long long)files.rlim_cur, (unsigned long long)files.rlim_max);
  FILE *status = fopen("/proc/self/status", "r");
  while (status && fgets(line, sizeof line, status))
    if (!strncmp(line, "SigIgn", 6) || !strncmp(line, "SigBlk", 6) || !strncmp(line, "Umask", 5))
      fputs(line, out);
  fprintf(out, "nice %d\n", getpriority(PRIO_PROCESS, 0));
  fprintf(out, "group %d\n", getpgrp() == getpgid(getppid()));
  if (getcwd(line, sizeof line))
    word(out, "cwd", line);
  fclose(out);
}

static const char *wait_mode;

static void got(int sig) {
  char line[] = "got 00\n";
  line[4] = '0' + sig / 10;
  line[5] = '0' + sig % 10;
  (void)!write(1, line, 7);
  if (!strcmp(wait_mode, "die")) {
    signal(sig, SIG_DFL);
    raise(sig);
  } else if (!strcmp(wait_mode, "exit"))
    _exit(7);
}

int main(int argc, char **argv) {
  const char *job = getenv("FAKE_DO"), *real = getenv("FAKE_REAL");
  int mine = argc > 1 && job && (!strcmp(argv[1], "build") || !strcmp(argv[1], "test"));
  if (!mine) {
    argv[0] = (char *)real;
    execv(real, argv);
    return 127;
  }
  int number = 0;
  char action[16] = "";
  sscanf(job, "%15s %d", action, &number);
  if (getenv("FAKE_OUT"))
    state(argc, argv);
  if (!strcmp(action, "exit"))
    return number;
  if (!strcmp(action, "cat")) {
    char block[4096];
    ssize_t n;
    while ((n = read(0, block, sizeof block)) > 0)
      (void)!write(1, block, n);
    return n < 0 ? 9 : 0;
  }
  if (!strcmp(action, "die")) {
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_UNBLOCK, &all, 0);
    signal(number, SIG_DFL);
    raise(number);
    return 70;
  }
  if (!strncmp(action, "wait-", 5)) {
    wait_mode = action + 5;
    for (int sig = 1; sig < 16; sig++)
      if (sig != SIGKILL && sig != SIGUSR1)
        signal(sig, got);
    signal(SIGUSR1, SIG_IGN);
    printf("ready %d\n", getpid());
    fflush(stdout);
    char c;
    while (read(0, &c, 1) != 0)
      ;
    return 0;
  }
  return 0;
}
