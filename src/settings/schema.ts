import * as v from 'valibot';
import type { Policy } from '../profiles.ts';
import { formatNames } from '../report/formats.ts';

/** A finding that `.goshim.json` accepts (accept.ts). */
export interface Accepted {
  readonly rule: string;
  /** Glob, seen from the directory of `.goshim.json`; without a slash it means the file's name. */
  readonly path: string;
  readonly reason: string;
  /** Last day (`2027-01-31`) it holds; null = for good. */
  readonly until: string | null;
}

/** One report that each build writes. `path` is null for `github`, which annotates the log. */
export interface ReportTarget {
  readonly format: (typeof formatNames)[number];
  readonly path: string | null;
}

const onFails = ['fail', 'warn'] as const;
const logs = ['quiet', 'changes', 'verbose', 'json'] as const;
const policies = ['fix', 'fail', 'warn', 'off'] as const satisfies readonly Policy[];
const libcs = ['glibc', 'musl', 'none'] as const;

// The message of each schema lists what is allowed; settings.ts puts file, key and value before it. They are functions because
// most builds have nothing to check.
export const onFail = () => v.picklist(onFails, onFails.join(', '));
export const log = () => v.picklist(logs, logs.join(', '));
export const agentVersion = () =>
  v.pipe(v.string('1.N as a string, as in "1.335"'), v.regex(/^1\.\d{1,5}(\.\d+)*$/, '1.N, as in "1.335"'));
const dotted = 'N.N as a string, as in "2.31"';
const profileForms = 'a name such as oneagent (goshim profiles lists them), or ./file.json without ..';
const profileName = /^[a-z0-9][a-z0-9-]{0,99}$/;
export const profile = () =>
  v.pipe(
    v.string(profileForms),
    v.maxLength(4096, profileForms),
    v.check(
      value => profileName.test(value) || (value.startsWith('./') && !value.split('/').includes('..')),
      profileForms,
    ),
  );
/** As `profile`; the environment may also say an absolute path. */
export const profileOrAbsolute = () =>
  v.union([profile(), v.pipe(v.string(), v.startsWith('/'))], `${profileForms}, or an absolute path`);
export const reports = () =>
  v.pipe(
    v.string(reportForms()),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      const targets = dataset.value.split(',').map(readTarget);
      const known = targets.filter(target => target !== null);
      if (known.length === targets.length) return known;
      addIssue({ message: reportForms() });
      return NEVER;
    }),
  );

/** The whole of `.goshim.json`; schema/goshim.schema.json says the same in JSON Schema. */
export const settingsFile = () =>
  strict(
    {
      $schema: v.optional(v.string('a URL or path')),
      profile: v.optional(profile()),
      agentVersion: v.optional(agentVersion()),
      onFail: v.optional(onFail()),
      strict: v.optional(v.boolean('true, false (without quotes)')),
      log: v.optional(log()),
      report: v.optional(reports()),
      rules: v.optional(
        v.pipe(
          v.custom<Record<string, unknown>>(isObject, 'an object: {"no-race": "warn"}'),
          v.record(v.string(), v.picklist(policies, policies.join(', '))),
        ),
      ),
      ignore: v.optional(listOf(v.pipe(v.string(packageForm()), v.nonEmpty(packageForm())), packageForm())),
      targets: v.optional(
        v.pipe(
          listOf(v.pipe(v.string(targetForm()), v.regex(platform, targetForm())), targetForm()),
          // An empty list would switch goshim off without a word.
          v.nonEmpty(targetForm()),
        ),
      ),
      runtime: v.optional(
        strict(
          {
            libc: v.picklist(libcs, libcs.join(', ')),
            version: v.optional(v.pipe(v.string(dotted), v.regex(/^\d+(\.\d+)+$/, dotted))),
          },
          'an object: {"libc": "glibc", "version": "2.31"}',
        ),
      ),
      accept: v.optional(
        listOf(
          strict(
            {
              rule: text("a rule's name (goshim explain lists them)"),
              path: text('a glob, as in "dist/*"'),
              reason: text('why, in words'),
              until: v.optional(v.pipe(v.string(dateForm()), v.isoDate(dateForm()), v.check(isDay, dateForm()))),
            },
            'an object: {"rule", "path", "reason", "until"}',
          ),
          'a list of {"rule", "path", "reason", "until"}',
        ),
      ),
    },
    'an object such as {"profile": "oneagent"}',
  );

function strict<const E extends v.ObjectEntries>(entries: E, form: string) {
  const keys = `keys ${Object.keys(entries).join(', ')}`;
  return v.pipe(v.custom<Record<string, unknown>>(isObject, form), v.strictObject(entries, keys));
}

function listOf<const S extends v.GenericSchema>(item: S, form: string) {
  return v.array(item, form);
}

function text(form: string) {
  return v.pipe(v.string(form), v.nonEmpty(form));
}

/** valibot takes a list for an object. */
function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isDay(value: string): boolean {
  const day = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(value);
}

function readTarget(words: string): ReportTarget | null {
  const equals = words.indexOf('=');
  const name = equals < 0 ? words : words.slice(0, equals);
  const path = equals < 0 ? null : words.slice(equals + 1);
  const format = formatNames.find(known => known === name.trim());
  if (format === undefined || path === '' || (path === null && format !== 'github')) return null;
  return { format, path };
}

function reportForms(): string {
  return `format=path, several by a comma, format one of ${formatNames.join(', ')}; github also without a path`;
}

function packageForm(): string {
  return 'a list of main packages, as in ["./cmd/tool", "example.com/app/..."]';
}

/** Go's ports (`go tool dist list` of 1.26, loosely: any of its systems with any of its architectures). */
const platform =
  /^(aix|android|darwin|dragonfly|freebsd|illumos|ios|js|linux|netbsd|openbsd|plan9|solaris|wasip1|windows)\/(386|amd64|arm|arm64|loong64|mips|mips64|mips64le|mipsle|ppc64|ppc64le|riscv64|s390x|wasm)$/;

function targetForm(): string {
  return 'a list of GOOS/GOARCH, as in ["linux/amd64"]';
}

function dateForm(): string {
  return 'a date, as in "2027-01-31"';
}
