import { readFileSync, readlinkSync } from 'node:fs';
import type { Reading } from '../binary/facts.ts';

/** The text of a small file, or the errno's name: `unknown` always comes with its reason. */
export function readText(file: string): Reading<string> {
  try {
    return { ok: true, value: readFileSync(file, 'utf8') };
  } catch (error) {
    return { ok: false, why: errnoOf(error) };
  }
}

/** A link's text. */
export function readLink(file: string): Reading<string> {
  try {
    return { ok: true, value: readlinkSync(file) };
  } catch (error) {
    return { ok: false, why: errnoOf(error) };
  }
}

/** `EACCES`, `ENOENT`, …; the message of anything that is no system error. */
export function errnoOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return error instanceof Error ? error.message : String(error);
}
