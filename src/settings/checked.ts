import { isAbsolute } from 'node:path';
import * as v from 'valibot';
import { policyTable, schemaFor } from '../profiles/schema.ts';
import type { Policy } from '../profiles.ts';
import { check } from './check.ts';
import * as schema from './schema.ts';

// What was said in settings and profiles, held against its schema: values come back as the schema gives them, and what is not
// allowed throws UsageError in one line. Most builds have nothing of the kind, so that scripts/build.mjs makes this, with valibot, a
// bundle that is read by the first call.

export type SettingsFile = v.InferOutput<ReturnType<typeof schema.settingsFile>>;
export type Said = { readonly [K in keyof typeof variables]?: v.InferOutput<ReturnType<(typeof variables)[K]>> };

/** The whole of `.goshim.json`. */
export function checkedFile(value: unknown, where: string): SettingsFile {
  return check(schema.settingsFile(), value, where, '');
}

/** A setting that the environment names in `variable`. */
export function checkedVariable(name: keyof Said, value: string, variable: string): unknown {
  return check<unknown>(variables[name](), value, '', variable);
}

/** `--agent-version`. */
export function checkedAgentVersion(value: string): string {
  return check(schema.agentVersion(), value, '', '--agent-version');
}

/** A profile's file; `ids` are the rules that there are. */
export function checkedProfile(value: unknown, ids: readonly string[], where: string) {
  return check(schemaFor(oneOf(ids)), value, where, '');
}

/** `rules` of `.goshim.json`. */
export function checkedPolicies(value: unknown, ids: readonly string[], where: string): Record<string, Policy> {
  return check(policyTable(oneOf(ids)), value, where, 'rules');
}

/** Refuses a profile's name; `allowed` says in words what there is. */
export function refusedProfile(name: string, allowed: string): never {
  return check(v.picklist([], allowed), name, '', 'profile');
}

const variables = {
  mode: () => v.picklist(['on', 'observe', 'off'], 'on, observe, off'),
  go: () => v.pipe(v.string(), v.check(isAbsolute, 'an absolute path')),
  node: () => v.pipe(v.string(), v.check(isAbsolute, 'an absolute path')),
  profile: schema.profileOrAbsolute,
  agentVersion: schema.agentVersion,
  onFail: schema.onFail,
  strict: () =>
    v.pipe(
      v.picklist(['true', 'false'], 'true, false'),
      v.transform(value => value === 'true'),
    ),
  log: schema.log,
  report: schema.reports,
} satisfies Record<string, () => v.GenericSchema>;

function oneOf(ids: readonly string[]) {
  return v.picklist(ids, ids.join(', '));
}
