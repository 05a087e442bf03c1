import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';

const directory = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), 'schema');
const ajv = new Ajv({ strict: true, strictTypes: false, strictRequired: false, allowUnionTypes: true });

/** Throws with ajv's words when a document is not as schema/NAME.schema.json says. */
export function holdAgainst(name: string, document: unknown): void {
  const problem = problemOf(name, document);
  if (problem !== null) throw new Error(`${name}: ${problem}`);
}

/** null when the document is as the schema says. */
export function problemOf(name: string, document: unknown): string | null {
  const validate =
    ajv.getSchema(name) ??
    ajv.addSchema(JSON.parse(readFileSync(join(directory, `${name}.schema.json`), 'utf8')), name).getSchema(name);
  if (validate === undefined) throw new Error(`Assertion failed: no schema ${name}`);
  return validate(document) === true ? null : ajv.errorsText(validate.errors);
}
