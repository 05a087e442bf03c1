import type { Build } from '../../golang/build.ts';
import { splitQuoted } from '../../golang/quoted.ts';
import { readModules } from '../../golang/vendor.ts';
import { targetOf } from '../../host/triples.ts';
import type { Profile } from '../../profiles.ts';
import type { BuildSurroundings } from '../../rules/rule.ts';
import type { Manager } from '../bases.ts';
import type { GoLine } from './go-line.ts';
import { nativeArchitecture, type Scenario } from './open-line.ts';

/** What the planner asks of the place a line runs in, answered from the stage instead of the machine. */
export function surroundingsOf(
  line: GoLine,
  build: Build,
  scenario: Scenario,
  profile: Profile,
  agentVersion: string | null,
): BuildSurroundings {
  return {
    profile,
    agentVersion,
    compiler: () => findCompiler(line, build, scenario),
    compilerLibc: () => libcOf(line, build),
    vendored: () => vendored(line, build),
    toolchain: () => toolchainOf(line),
  };
}

/** The libc that the line's C compiler links against. */
export function libcOf({ base }: GoLine, build: Build): 'glibc' | 'musl' | 'unknown' {
  if (/musl/.test(build.env('CC').value)) return 'musl';
  return base.libc === 'glibc' || base.libc === 'musl' ? base.libc : 'unknown';
}

function findCompiler(line: GoLine, build: Build, scenario: Scenario): ReturnType<BuildSurroundings['compiler']> {
  const words = splitQuoted(build.env('CC').value) ?? [];
  const name = words[0]?.split('/').at(-1) ?? 'gcc';
  // xx-go names the compiler for the target, and xx-apk and xx-apt bring it.
  const isCross = !line.isXx && build.goarch !== nativeArchitecture(line);
  if (name !== 'gcc' && name !== 'cc') return findNamed(line, words, name, scenario);
  if (isCross) return findCross(line, build.goarch);
  const what = line.base.manager === null ? anyParts : parts[line.base.manager];
  if (!scenario.hasCompiler)
    return { found: false, what: 'gcc', install: `${what.verb} ${what.compiler} ${what.headers}` };
  if (!scenario.hasHeaders)
    return {
      found: false,
      what: what.headers,
      install: `${what.verb} ${what.headers}`,
      headers: libcOf(line, build) === 'musl' ? 'musl' : 'glibc',
    };
  return { found: true, words: words.length > 0 ? words : ['gcc'] };
}

/** A compiler that somebody named: musl-gcc, clang, zig cc, or a cross compiler's triple. */
function findNamed(
  line: GoLine,
  words: readonly string[],
  name: string,
  { mood }: Scenario,
): ReturnType<BuildSurroundings['compiler']> {
  const isThere =
    line.hasPackage(new RegExp(`^(${escapeRegExp(name)}|gcc-${escapeRegExp(name.replace(/-gcc$/, ''))})$`)) ||
    (name === 'musl-gcc' && line.hasPackage(/^musl-(tools|gcc)$/)) ||
    (/^clang(\+\+)?(-\d+)?$/.test(name) && line.hasPackage(/^clang(-\d+)?$/));
  if (isThere || mood !== 'worst') return { found: true, words };
  return { found: false, what: name, install: '' };
}

function findCross(line: GoLine, goarch: string): ReturnType<BuildSurroundings['compiler']> {
  const target = targetOf(goarch);
  const triple = target?.triples[0] ?? `${goarch}-linux-gnu`;
  const packaged = target?.debian ?? null;
  const names = [triple, ...(packaged === null ? [] : [packaged])].map(escapeRegExp).join('|');
  if (line.hasPackage(new RegExp(`^(gcc|crossbuild-essential)-(${names})$`)))
    return { found: true, words: [`${triple}-gcc`] };
  const install = line.base.manager === 'apt' && packaged !== null ? `apt-get install -y gcc-${packaged}` : '';
  return { found: false, what: `${triple}-gcc`, install };
}

function vendored(line: GoLine, build: Build): ReturnType<BuildSurroundings['vendored']> {
  if (line.vendor === null && build.flag('mod')?.value !== 'vendor') return null;
  const modules = modulesOf.get(line) ?? vendoredModules(line.vendor ?? '');
  modulesOf.set(line, modules);
  return { directory: 'vendor', modules: modules.length > 0 ? modules : ['every third-party package'] };
}

/** A line is judged in many ways, and its modules.txt can be long. */
const modulesOf = new WeakMap<GoLine, readonly string[]>();

function vendoredModules(text: string): readonly string[] {
  return readModules(text)
    .filter(({ packages }) => packages.length > 0)
    .map(({ path }) => path);
}

function toolchainOf({ go, distributionGo, doubt }: GoLine): { official: boolean | null; what: string } {
  if (doubt !== null && go.go === 'none') return { official: null, what: `the Go at ${doubt}` };
  if (doubt !== null) return { official: null, what: `what ${doubt} may have put in the place of ${go.name}'s Go` };
  if (distributionGo !== null) return { official: null, what: "the distribution's Go" };
  if (go.go === 'official')
    return { official: go.name.includes('$') && go.goVersion === null ? null : true, what: go.name };
  if (go.go === 'distribution') return { official: null, what: `the distribution's Go in ${go.name}` };
  if (go.go === 'tinygo') return { official: false, what: 'TinyGo' };
  return { official: null, what: go.isKnown ? 'the Go that was put into this stage' : `the Go of ${go.name}` };
}

const parts: Readonly<Record<Manager, { readonly verb: string; readonly compiler: string; readonly headers: string }>> =
  {
    apk: { verb: 'apk add --no-cache', compiler: 'gcc', headers: 'musl-dev' },
    apt: { verb: 'apt-get install -y', compiler: 'gcc', headers: 'libc6-dev' },
    dnf: { verb: 'dnf install -y', compiler: 'gcc', headers: 'glibc-devel' },
    zypper: { verb: 'zypper install -y', compiler: 'gcc', headers: 'glibc-devel' },
  };

const anyParts = { verb: 'install', compiler: 'gcc', headers: "the C library's development package" };

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
