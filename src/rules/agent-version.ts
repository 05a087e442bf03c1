import type { BinaryFacts } from '../binary/facts.ts';
import { parseRelease } from '../golang/release.ts';
import type { Profile } from '../profiles.ts';
import type { Outcome } from './finding.ts';
import type { Rule, VerifySurroundings } from './rule.ts';
import { linkingOf } from './shared/linking.ts';
import { fail, pass, unknown, warn } from './shared/outcome.ts';
import { judgeRelease, otherRelease } from './shared/release-taken.ts';
import { isNewer } from './shared/versions.ts';

/**
 * Tables of the profile (vendor's version matrix). What depends on the agent is said only when its version is known: set by
 * GOSHIM_AGENT_VERSION or .goshim.json, or found on the host. The bounds on patch releases are those of the newest agent the
 * table knows; metadata from the agent's server may reach further by now, so past them it warns.
 */
export const agentVersion: Rule = {
  id: 'agent-version',
  title: 'a Go release and a platform that this agent version takes',
  why:
    'Each agent version knows the Go releases that existed when it was made, and some patch releases more by metadata from its ' +
    'server. A release that is too new is not monitored. The agent exists for Linux, and for some architectures only.',
  fix: otherRelease,
  seed: 'S2, S5',
  before: (build, around) => {
    const found = build.release === null ? null : judgeRelease(build.release, around.profile, around.agentVersion);
    // The output is what fails; before it, it is said.
    return found === null || found.verdict === 'pass' ? null : { ...found, verdict: 'warn' };
  },
  line: ({ goarch }, { profile, agentVersion }) => judgeGoarch(goarch, `GOARCH=${goarch}`, profile, agentVersion),
  verify: judgeBinary,
};

function judgeBinary(facts: BinaryFacts, { profile, agentVersion }: VerifySurroundings): readonly Outcome[] {
  const info = facts.buildInfo();
  const recorded = info.ok && info.value !== null && info.value.from !== 'pclntab' ? info.value.goVersion : null;
  const outcomes = [
    recorded === null ? null : judgeRelease(parseRelease(recorded), profile, agentVersion),
    judgeSystem(facts),
    judgeHeader(facts),
    judgeArchitecture(facts, profile, agentVersion),
    judgeStatic(facts, profile, agentVersion),
  ].filter(outcome => outcome !== null);
  const bad = outcomes.filter(({ verdict }) => verdict !== 'pass');
  return bad.length > 0 ? bad : outcomes.slice(0, 1);
}

/** The header can be written over; the code is what go says it compiled. */
function judgeHeader(facts: BinaryFacts): Outcome | null {
  const info = facts.buildInfo();
  const recorded = info.ok ? info.value?.settings.get('GOARCH') : undefined;
  if (recorded === undefined || recorded === facts.goarch) return null;
  return unknown(
    `built for ${recorded}, but its header says ${facts.goarch}`,
    `build info GOARCH=${recorded}, e_machine of ${facts.goarch}`,
  );
}

/** Other systems have ELF too. GOOS is recorded from Go 1.18 on; before, the name of Go's own entry point tells it. */
function judgeSystem(facts: BinaryFacts): Outcome | null {
  const info = facts.buildInfo();
  const recorded = info.ok ? info.value?.settings.get('GOOS') : undefined;
  const entry = facts.entrySymbol();
  const named = entry.ok ? /^_rt0_[a-z0-9]+_([a-z]+)$/.exec(entry.value ?? '')?.[1] : undefined;
  const system = [recorded, named].find(each => each !== undefined && each !== 'linux');
  if (system === undefined) return null;
  const evidence = system !== recorded ? `entry ${entry.ok ? entry.value : ''}` : `build info GOOS=${recorded}`;
  return fail(`built for ${system}; the agent monitors Linux programs`, evidence, 'build with GOOS=linux');
}

function judgeArchitecture(facts: BinaryFacts, profile: Profile, agent: string | null): Outcome | null {
  const { architectures } = profile;
  if (architectures === null) return null;
  const evidence = `e_machine of ${facts.goarch}`;
  const refused = judgeGoarch(facts.goarch, evidence, profile, agent);
  if (refused !== null) return refused;
  const linking = linkingOf(facts);
  const isBarred = architectures[facts.goarch]?.musl === false;
  if (isBarred && linking.ok && linking.value.kind === 'dynamic' && linking.value.libc === 'musl')
    return warn(`the agent has no musl variant for ${facts.goarch}`, `${evidence}, NEEDED ${linking.value.library}`);
  return pass(evidence);
}

/** null: this agent version is made for it. */
function judgeGoarch(goarch: string, evidence: string, profile: Profile, agent: string | null): Outcome | null {
  const { architectures } = profile;
  if (architectures === null) return null;
  const row = Object.hasOwn(architectures, goarch) ? architectures[goarch] : undefined;
  if (row === undefined)
    return fail(
      `built for ${goarch}; the agent has ${Object.keys(architectures).join(', ')}`,
      evidence,
      ours(architectures),
    );
  if (row.minAgent === null || agent === null || !isNewer(row.minAgent, agent)) return null;
  return fail(`${goarch} needs agent ${row.minAgent} or later, this one is ${agent}`, evidence, 'update the agent');
}

function ours(architectures: NonNullable<Profile['architectures']>): string {
  return `build with GOARCH=${Object.keys(architectures)[0] ?? ''}`;
}

/** seed S5: static monitoring came with a certain agent version. */
function judgeStatic(
  facts: BinaryFacts,
  { staticMonitoring, staticSince }: Profile,
  agent: string | null,
): Outcome | null {
  if (!staticMonitoring || staticSince === undefined || agent === null || !isNewer(staticSince, agent)) return null;
  const linking = linkingOf(facts);
  if (!linking.ok || linking.value.kind !== 'static') return null;
  return fail(
    `static monitoring needs agent ${staticSince} or later, this one is ${agent}`,
    `static, agent ${agent}`,
    'update the agent, or build a dynamic program (profile oneagent)',
  );
}
