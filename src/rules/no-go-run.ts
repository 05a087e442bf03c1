import type { Build } from '../golang/build.ts';
import type { Outcome } from './finding.ts';
import type { BuildSurroundings, Rule } from './rule.ts';
import { fail } from './shared/outcome.ts';

/**
 * go run links with `-s -w` by itself; goshim's `-s=false` behind it beats that, and the launcher verifies the file just before
 * it starts. A user's own -s in -ldflags is symbol-table's. Under `warn` go run is left as it is and said, under `fail` refused.
 */
export const noGoRun: Rule = {
  id: 'no-go-run',
  title: 'not started by a bare go run',
  why:
    'go run makes a temporary program without a symbol table (it links with -s -w), which the agent cannot monitor. goshim keeps the ' +
    'symbols; a service is better built and then started.',
  fix: 'go build -o app, then ./app',
  seed: 'S15',
  rewrite: build =>
    build.command === 'run'
      ? build.editLinkFlags(flags => (flags.get('s') === 'true' ? flags : flags.set('s', 'false')))
      : build,
  before: sayRun,
  line: asked =>
    asked.command === 'run' ? fail('go run makes a temporary program without a symbol table', 'go run') : null,
};

function sayRun(build: Build, { profile }: BuildSurroundings): Outcome | null {
  if (build.command !== 'run' || profile.rules['no-go-run'] === 'fix') return null;
  return fail('go run makes a temporary program without a symbol table: the agent cannot monitor it', 'go run');
}
