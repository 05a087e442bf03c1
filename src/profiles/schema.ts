import * as v from 'valibot';
import type { Policy } from '../profiles.ts';

/** Policies by rule; `key` says which rules may be named. */
export function policyTable<const K extends v.GenericSchema<string, string>>(key: K) {
  return v.pipe(
    v.custom<Record<string, unknown>>(isObject, 'an object: {"no-race": "warn"}'),
    v.record(key, v.picklist(policies, policies.join(', '))),
  );
}

/** The whole of a profile; schema/profile.schema.json says the same in JSON Schema. */
export function schemaFor<const K extends v.GenericSchema<string, string>>(key: K) {
  const agent = v.pipe(v.string(agentForm), v.regex(/^\d+\.\d+(\.\d+)*$/, agentForm));
  const release = v.pipe(v.string(releaseForm), v.regex(/^1\.\d+\.\d+$/, releaseForm));
  const keys = {
    $schema: v.exactOptional(v.string('a URL or path')),
    name: v.exactOptional(v.pipe(v.string(nameForm), v.regex(/^[a-z0-9][a-z0-9-]*$/, nameForm))),
    title: v.exactOptional(v.string('one line of text')),
    rules: policyTable(key),
    staticMonitoring: v.optional(v.boolean('true, false (without quotes)'), false),
    architectures: v.optional(
      v.nullable(
        v.record(
          v.string(),
          strict({ minAgent: v.nullable(agent), musl: v.exactOptional(v.boolean('true, false (without quotes)')) }),
        ),
      ),
      null,
    ),
    releases: v.optional(
      v.nullable(
        v.record(
          v.pipe(v.string(), v.regex(/^1\.\d+$/, 'a Go release as key, as in "1.26"')),
          strict({ min: agent, builtInMax: v.nullable(release), metadataMax: v.nullable(release) }),
        ),
      ),
      null,
    ),
    releasesAsOf: v.exactOptional(agent),
    staticSince: v.exactOptional(agent),
    memfdSince: v.exactOptional(agent),
    monitored: v.exactOptional(v.array(v.string('a module path'), 'a list of module paths')),
  };
  return strict(keys);
}

const policies = ['fix', 'fail', 'warn', 'off'] as const satisfies readonly Policy[];
const nameForm = 'lower-case letters, digits and -';
const agentForm = 'an agent version as a string, as in "1.335"';
const releaseForm = 'a Go release as a string, as in "1.26.3"';

function strict<const E extends v.ObjectEntries>(entries: E) {
  const keys = `keys ${Object.keys(entries).join(', ')}`;
  return v.pipe(v.custom<Record<string, unknown>>(isObject, 'an object'), v.strictObject(entries, keys));
}

/** valibot takes a list for an object. */
function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
