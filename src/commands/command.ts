/** A stream a command writes to; `process.stdout` is one. Colour only where `isTTY`. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

/** The world of a command. Nothing else of the process is touched, so that a test can call `run` with its own. */
export interface Io {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: NodeJS.ProcessEnv;
  /** The process's own working directory; relative words of argv are seen from here. */
  readonly cwd: string;
  /** ISO date (`2027-01-31`) by which exceptions expire. */
  readonly today: string;
}

/**
 * What each `src/commands/NAME.ts` exports. `argv` holds the words after the command's name, untouched; most commands hand
 * them to `readOptions(argv, 'NAME')` (options.ts), which knows the options from the catalogue (catalogue.ts: add yours to
 * your entry there, completion and help follow). The number is the exit code; a command never calls `process.exit`.
 * A UsageError becomes one line on stderr and exit 2; anything else that is thrown is a bug, reported in one line, exit 70.
 * verify, check and ps end with `publish(document, …)` (publish.ts), which renders every format asked for and knows the
 * exit codes.
 */
export interface CommandModule {
  run(argv: readonly string[], io: Io): Promise<number>;
}

/** One option of a command, for parsing, help and completion. */
export interface Option {
  /** Without the dashes: `agent-version`. */
  readonly name: string;
  readonly short?: string;
  /** What stands for the value in the help (`NAME`); absent for a switch. */
  readonly value?: string;
  /** The values there are, where they can be listed (completion). */
  readonly values?: readonly string[];
  /** Given several times, all count; else the last one does. */
  readonly several?: boolean;
  readonly help: string;
}

/** A command as help and completion show it; `load` brings its code in only when it is run. */
export interface Command {
  readonly name: string;
  /** The words after the options, as the help shows them: `PATH…`. */
  readonly words: string;
  /** One line, no full stop. */
  readonly summary: string;
  readonly options: readonly Option[];
  /** What to complete for words: files, or one of these. */
  readonly completes: 'files' | 'nothing' | readonly string[];
  readonly examples: readonly string[];
  readonly load: (() => Promise<CommandModule>) | null;
}
