import * as v from 'valibot';
import { cut, mask } from '../report/mask.ts';
import { UsageError } from '../usage-error.ts';

/**
 * The value as the schema gives it back. UsageError in one line for the first thing that is wrong: `where` (a file, or
 * empty), the key (`name` and the path below it), what was said, and the schema's own message as what is allowed.
 */
export function check<T>(wish: v.GenericSchema<unknown, T>, value: unknown, where: string, name: string): T {
  const result = v.safeParse(wish, value, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const keys = (issue.path ?? []).map(({ key }) =>
    typeof key === 'number' ? `[${key}]` : `.${mask(cut(String(key), 60))}`,
  );
  const key = `${name}${keys.join('')}`.replace(/^\./, '');
  const ofKey = issue.type === 'strict_object';
  const what = ofKey
    ? issue.expected === 'never'
      ? 'unknown key'
      : 'missing'
    : `${describe(issue.input)} is not allowed`;
  throw new UsageError([where, key, `${what}; allowed: ${issue.message}`].filter(Boolean).join(': '));
}

/** A value in a message; nothing that could be deep or long is written out. */
function describe(value: unknown): string {
  if (typeof value === 'string') return `"${mask(cut(value, 100))}"`;
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
  return String(value);
}
