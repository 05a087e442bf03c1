/* One line a step: `NAME ok`, `NAME failed WHY`, and `NAME begun` as long as it lasts, which is what a crash leaves. */
#ifndef PROBE_REPORT_H
#define PROBE_REPORT_H

/* Creates the file, which must not be there yet: a child process would overwrite it. 0 when there is nothing to do. */
int report_open(const char *path);
void step_begin(const char *name);
void step_ok(void);
void step_failed(const char *why);

#endif
