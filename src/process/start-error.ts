/** The real go could not be started. `code` is what a shell would exit with: 126, or 127 where there is no such file. */
export class StartError extends Error {
  readonly code: number;

  constructor(go: string, cause: NodeJS.ErrnoException) {
    super(`${go}: ${reasons[cause.code ?? ''] ?? cause.message}`, { cause });
    this.code = cause.code === 'ENOENT' ? 127 : 126;
  }
}
StartError.prototype.name = 'StartError';

const reasons: Readonly<Record<string, string>> = {
  E2BIG: 'Argument list too long',
  EACCES: 'Permission denied',
  ENOENT: 'No such file or directory',
  ENOEXEC: 'Exec format error',
  EAGAIN: 'Resource temporarily unavailable',
  ENOMEM: 'Cannot allocate memory',
};
