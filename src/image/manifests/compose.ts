import type { Finding } from '../../rules/finding.ts';
import type { ContainerSecurity } from '../../rules/shared/place.ts';
import { expand, splitWords } from '../dockerfile/expand.ts';
import type { StartInstead } from '../dockerfile/stages.ts';
import { hole, show } from '../text.ts';
import { judgeCommand } from './command.ts';
import { get, isMapping, isUnresolved, Tagged, text, withoutTags, words } from './data.ts';
import { extended } from './extends.ts';
import { type Judging, judgeContainer, malformed } from './judging.ts';
import type { Parsed } from './read-yaml.ts';
import { readSeccomp } from './seccomp.ts';
import { type ImageStart, isNewIn, judgeStartBuild } from './start-build.ts';
import { type Mount, mountsOf } from './volumes.ts';

/** A service's `build:`, for whoever reads Dockerfiles. */
export interface ComposeBuild {
  readonly service: string;
  readonly line: number;
  /** As written; `.` where only other keys are. */
  readonly context: string;
  readonly dockerfile: string | null;
  readonly inline: string | null;
  readonly target: string | null;
  readonly args: ReadonlyMap<string, string>;
  readonly contexts: ReadonlyMap<string, string>;
  readonly platform: string | null;
  /** What is started instead of the image's ENTRYPOINT and CMD. */
  readonly start: StartInstead;
  readonly mounts: readonly Mount[];
  readonly environment: ReadonlyMap<string, string>;
}

export interface ComposeChecked {
  readonly findings: readonly Finding[];
  readonly builds: readonly ComposeBuild[];
}

export function isCompose(value: unknown): boolean {
  return isMapping(value) && Object.hasOwn(value, 'services') && !Object.hasOwn(value, 'apiVersion');
}

/** Every service: may it be traced, does it start `go run`, and which Dockerfile builds it. */
export async function checkCompose(parsed: Parsed, directory: string, judging: Judging): Promise<ComposeChecked> {
  const raw = get(parsed.value, 'services');
  const services = raw instanceof Tagged ? withoutTags(raw) : raw;
  const findings: Finding[] = includedIn(parsed);
  if (!isMapping(services))
    return { findings: [malformed('services is no mapping of services', parsed.lineOf(['services']))], builds: [] };
  if (Object.keys(services).length === 0 && findings.length === 0)
    return { findings: [malformed('there is no service in services', parsed.lineOf(['services']))], builds: [] };
  const builds: ComposeBuild[] = [];
  for (const [name, value] of Object.entries(services)) {
    if (value instanceof Tagged && value.tag === '!reset') continue;
    const line = parsed.lineOf(['services', name]);
    const { service, problem } = extended(services, name);
    if (problem !== '') findings.push(malformed(`service ${name}: ${problem}`, line));
    if (!isMapping(service)) {
      findings.push(malformed(`service ${name} is no mapping`, line));
      continue;
    }
    const wrong = wrongTypes(service);
    if (wrong !== null) findings.push(malformed(`service ${name}: ${wrong}`, line));
    // What a container may do follows from all of its keys; the commands and the build that are here can be wrong as they are.
    else if (problem === '')
      findings.push(
        ...judgeContainer(securityOf(name, service, directory), judging).map(finding => ({ ...finding, line })),
      );
    findings.push(...(await judgeStart(name, service, parsed, judging)));
    const build = readBuild(name, service, parsed.lineOf(['services', name, 'build']));
    if (build !== null) builds.push(build);
    else {
      const key = get(service, 'command') == null ? 'entrypoint' : 'command';
      const start = await judgeStartBuild(imageStart(name, service, parsed.lineOf(['services', name, key])), judging);
      findings.push(...start.filter(isNewIn(findings)));
    }
  }
  return { findings, builds };
}

/** `go run` in what a service starts: its entrypoint, with the command behind it. */
async function judgeStart(name: string, service: unknown, parsed: Parsed, judging: Judging): Promise<Finding[]> {
  const { entrypoint, cmd } = startOf(service);
  const lineOf = (key: string): number => parsed.lineOf(['services', name, key]);
  const wrong = ['entrypoint', 'command'].flatMap(key => {
    const said = get(service, key);
    const isRead = typeof said === 'string' || words(said) !== null;
    return isRead ? [] : [malformed(`service ${name}: ${key} is no command`, lineOf(key))];
  });
  const alone = entrypoint === null ? [] : await judgeCommand(entrypoint, judging);
  const isJoined = cmd !== null && alone.length === 0;
  const found = isJoined ? await judgeCommand([...(entrypoint ?? []), ...cmd], judging) : alone;
  const line = lineOf(isJoined ? 'command' : 'entrypoint');
  return [...wrong, ...found.map(finding => ({ ...finding, line }))];
}

/** Files whose services belong to this project, and are not read. */
function includedIn(parsed: Parsed): Finding[] {
  const said = withoutTags(get(parsed.value, 'include')) ?? [];
  const list = Array.isArray(said) ? said : [said];
  return list.map((each, index) => {
    const paths = words(get(each, 'path')) ?? [get(each, 'path')];
    const path = text(each) ?? paths.map(text).join(', ');
    const line = parsed.lineOf(Array.isArray(said) ? ['include', index] : ['include']);
    return malformed(`the services of the included ${path || 'file'} are not read: check that file too`, line);
  });
}

function wrongTypes(service: Readonly<Record<string, unknown>>): string | null {
  for (const key of ['cap_add', 'cap_drop', 'security_opt'])
    if (words(get(service, key)) === null) return `${key} is no list`;
  const privileged = get(service, 'privileged');
  const isFine =
    privileged === undefined ||
    privileged === null ||
    typeof privileged === 'boolean' ||
    typeof privileged === 'string';
  return isFine ? null : 'privileged is neither true nor false';
}

function securityOf(name: string, service: Readonly<Record<string, unknown>>, directory: string): ContainerSecurity {
  const added = words(get(service, 'cap_add')) ?? [];
  const dropped = words(get(service, 'cap_drop')) ?? [];
  const options = words(get(service, 'security_opt')) ?? [];
  const privileged = get(service, 'privileged');
  const said = text(privileged) ?? 'false';
  const unresolved = [
    ...added,
    ...options.filter(option => /seccomp/.test(option)),
    ...(isUnresolved(said) ? [said] : []),
  ].find(isUnresolved);
  return {
    name: `service ${name}`,
    engine: 'docker',
    privileged: said === 'true',
    added: added.map(capability),
    dropped: dropped.map(capability),
    unresolved: unresolved ?? '',
    seccomp: seccompOf(options, directory),
    podSecurity: null,
  };
}

/** Docker takes `CAP_` or leaves it, in any case. */
function capability(name: string): string {
  return name.toUpperCase().replace(/^CAP_/, '');
}

function seccompOf(options: readonly string[], directory: string): ContainerSecurity['seccomp'] {
  const found = options.map(option => /^seccomp[:=](.*)$/s.exec(option)?.[1]).findLast(each => each !== undefined);
  if (found === undefined) return { kind: 'unsaid' };
  if (found === 'unconfined') return { kind: 'unconfined' };
  return found === 'builtin' ? { kind: 'default' } : readSeccomp(found, directory);
}

/** A list, or a string that is split as a shell would, without one. null: not said. */
function commandOf(value: unknown): readonly string[] | null {
  if (Array.isArray(value)) return value.map(String);
  if (typeof value !== 'string') return null;
  return splitWords(value, '\\').map(({ word }) => show(expand(word, name => hole(`$\{${name}}`), '\\')));
}

function imageStart(name: string, service: unknown, line: number): ImageStart {
  return {
    name: `service ${name}`,
    image: text(get(service, 'image')),
    workingDir: text(get(service, 'working_dir')),
    environment: pairs(get(service, 'environment'), true),
    start: startOf(service),
    line,
  };
}

function startOf(service: unknown): StartInstead {
  return { entrypoint: commandOf(get(service, 'entrypoint')), cmd: commandOf(get(service, 'command')) };
}

function readBuild(service: string, said: unknown, line: number): ComposeBuild | null {
  const build = get(said, 'build');
  if (build === undefined || build === null) return null;
  const own = typeof build === 'string' ? { context: build } : build;
  if (!isMapping(own)) return null;
  return {
    service,
    line,
    context: text(get(own, 'context')) ?? '.',
    dockerfile: text(get(own, 'dockerfile')),
    inline: text(get(own, 'dockerfile_inline')),
    target: text(get(own, 'target')),
    args: pairs(get(own, 'args')),
    contexts: pairs(get(own, 'additional_contexts')),
    platform: text(get(said, 'platform')),
    start: startOf(said),
    mounts: mountsOf(said),
    environment: pairs(get(said, 'environment'), true),
  };
}

/** A mapping, or a list of `name=value`; an argument without a value comes from the environment and stays unknown. */
function pairs(value: unknown, withOpen = false): Map<string, string> {
  const found = new Map<string, string>();
  if (isMapping(value))
    for (const [name, each] of Object.entries(value)) {
      const word = text(each);
      if (word !== null && (withOpen || !isUnresolved(word))) found.set(name, word);
    }
  for (const word of Array.isArray(value) ? value.map(text) : []) {
    const equals = word?.indexOf('=') ?? -1;
    if (word != null && equals > 0 && (withOpen || !isUnresolved(word)))
      found.set(word.slice(0, equals), word.slice(equals + 1));
  }
  return found;
}
