export type Policy = 'fix' | 'fail' | 'warn' | 'off';

/** One agent's rules as data (profiles/NAME.json, schema/profile.schema.json). Rules not named are off. */
export interface Profile {
  readonly name: string;
  readonly title: string;
  readonly rules: Readonly<Record<string, Policy>>;
  /** Pure-Go static binaries are monitored too (seed S5). */
  readonly staticMonitoring: boolean;
  /** GOARCH values the agent has; null = all. */
  readonly architectures: Readonly<Record<string, { readonly minAgent: string | null }>> | null;
  /** Go minor release → agent versions: `{"1.26": {"min": "1.335", "builtInMax": …, "metadataMax": …}}`. */
  readonly releases: Readonly<
    Record<string, { readonly min: string; readonly builtInMax: string | null; readonly metadataMax: string | null }>
  > | null;
}
