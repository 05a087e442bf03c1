import { buildAsBefore } from './as-before.ts';
import { readHandover } from './process/handover.ts';
import { type Ended, endAs } from './process/run.ts';
import { complain } from './say.ts';

main().then(endAs, error => endAs(complain(error)));

/** A word of the command line enters, a verdict on the output's bytes leaves. What a build that changes nothing needs is here. */
async function main(): Promise<Ended> {
  const handover = readHandover(process.argv.slice(2));
  const before = handover.mode === 'build' ? await buildAsBefore(handover) : null;
  if (before?.passed === true) return before.ended;
  const { shim } = await import('./full-shim.ts');
  return shim(handover, before);
}
