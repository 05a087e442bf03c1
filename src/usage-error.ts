/**
 * A user's mistake: its message is one line that says what was wrong, where it came from and what to do. Entries print it
 * without a stack and exit with 2. Anything else that is thrown is a bug of ours.
 */
export class UsageError extends Error {}
UsageError.prototype.name = 'UsageError';
