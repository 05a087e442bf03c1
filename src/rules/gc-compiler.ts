import type { BinaryFacts } from '../binary/facts.ts';
import type { Build } from '../golang/build.ts';
import type { Outcome } from './finding.ts';
import type { BuildSurroundings, Rule } from './rule.ts';
import { isGccgo } from './shared/linking.ts';
import { fail, pass, unknown } from './shared/outcome.ts';

/** gccgo is seen by what only it leaves in a file; gc by its build info, which gccgo (12) and TinyGo do not write. */
export const gcCompiler: Rule = {
  id: 'gc-compiler',
  title: 'compiled by the gc toolchain',
  why:
    'The agent finds its way by the runtime functions of the gc toolchain. A gccgo program has none of them under their names ' +
    '(no runtime.main), so the agent rejects it, and injection silently does nothing. With -static-libgo some of them are there, and ' +
    "a preloaded library gets in: then the refusal is the agent's policy.",
  fix: 'build with -compiler=gc, the default of the official toolchain',
  seed: 'S1',
  because: 'the agent takes only what the gc toolchain compiles',
  rewrite: build => (build.flag('compiler')?.value === 'gccgo' ? build.setFlag('compiler', 'gc') : build),
  before: impostor,
  verify: judgeCompiler,
};

const official = 'install the official toolchain (go.dev/dl) and put it first on PATH';

/** A go of another compiler goes by its name; Debian's gccgo says `unknown` for its release. */
function impostor({ release }: Build, around: BuildSurroundings): Outcome | null {
  const said = /gccgo|tinygo/i.exec(release?.text ?? '')?.[0];
  if (said !== undefined) return fail(`this go is ${said} (${release?.text})`, `GOVERSION ${release?.text}`, official);
  const maker = around.maker?.();
  if (maker?.kind !== 'gccgo' && maker?.kind !== 'tinygo') return null;
  return fail(`this go is ${maker.kind}'s`, maker.evidence, official);
}

function judgeCompiler(facts: BinaryFacts): Outcome {
  const gccgo = isGccgo(facts);
  if (gccgo.ok && gccgo.value !== null) return fail('compiled by gccgo', gccgo.value);
  const info = facts.buildInfo();
  const compiler = info.ok ? info.value?.settings.get('-compiler') : undefined;
  if (compiler !== undefined && compiler !== 'gc')
    return fail(`compiled by ${compiler}`, `build info -compiler=${compiler}`);
  if (info.ok && info.value !== null) return pass(`build info of ${info.value.goVersion}`);
  const functions = facts.goFunctions(['runtime.main']);
  if (functions.ok) return pass("Go's function table (pclntab)");
  const why = gccgo.ok ? (info.ok ? functions.why : info.why) : gccgo.why;
  return unknown('which compiler made it cannot be told', why);
}
