import type { Finding } from '../../rules/finding.ts';
import type { ContainerSecurity } from '../../rules/shared/place.ts';
import { judgeCommand } from './command.ts';
import { get, isMapping, isUnresolved, text, words } from './data.ts';
import { type Judging, judgeContainer, malformed } from './judging.ts';
import type { Parsed } from './read-yaml.ts';
import { isNewIn, judgeStartBuild } from './start-build.ts';

export function isKubernetes(value: unknown): boolean {
  return typeof get(value, 'apiVersion') === 'string' && typeof get(value, 'kind') === 'string';
}

interface Workload {
  readonly parsed: Parsed;
  readonly name: string;
  readonly namespace: string;
  /** Path of the pod's spec in the document. */
  readonly path: readonly (string | number)[];
  readonly spec: unknown;
}

/** Every container of every workload, in Lists too. Null where no document holds a workload. */
export async function checkKubernetes(
  documents: readonly Parsed[],
  judging: Judging,
): Promise<readonly Finding[] | null> {
  const levels = enforcedLevels(documents);
  const workloads = documents.flatMap(parsed =>
    objectsOf(parsed.value, []).flatMap(({ value, path }) => workloadOf(parsed, value, path)),
  );
  if (workloads.length === 0) return null;
  const findings: Finding[] = [];
  for (const workload of workloads) {
    const { parsed, spec, path, name } = workload;
    if (!isMapping(spec)) {
      findings.push(malformed(`${name}: its pod has no spec`, parsed.lineOf(path)));
      continue;
    }
    let containers = 0;
    for (const key of ['initContainers', 'containers', 'ephemeralContainers']) {
      const list = get(spec, key);
      if (list === undefined || list === null) continue;
      if (!Array.isArray(list)) {
        findings.push(malformed(`${name}: ${key} is no list`, parsed.lineOf([...path, key])));
        containers++;
        continue;
      }
      for (const [index, container] of list.entries()) {
        containers++;
        findings.push(...(await checkContainer(container, [...path, key, index], workload, levels, judging)));
      }
    }
    if (containers === 0) findings.push(malformed(`${name}: its pod has no containers`, parsed.lineOf(path)));
  }
  return findings;
}

async function checkContainer(
  container: unknown,
  path: readonly (string | number)[],
  workload: Workload,
  levels: ReadonlyMap<string, ContainerSecurity['podSecurity']>,
  judging: Judging,
): Promise<Finding[]> {
  const { parsed } = workload;
  const line = parsed.lineOf(path);
  const name = `container ${text(get(container, 'name')) ?? '?'} of ${workload.name}`;
  if (!isMapping(container)) return [malformed(`${name} is no mapping`, line)];
  const wrong = wrongTypes(container);
  if (wrong !== null) return [malformed(`${name}: ${wrong}`, line)];
  const security = securityOf(name, container, workload, levels);
  const findings: Finding[] = judgeContainer(security, judging).map(finding => ({ ...finding, line }));
  const environment = environmentOf(container);
  const command = words(get(container, 'command'))?.map(word => expanded(word, environment)) ?? null;
  const args = words(get(container, 'args'))?.map(word => expanded(word, environment)) ?? null;
  if (command === null || args === null)
    return [...findings, malformed(`${name}: its command is no list of words`, line)];
  const at = parsed.lineOf([...path, command.length > 0 ? 'command' : 'args']);
  for (const finding of await judgeCommand([...command, ...args], judging)) findings.push({ ...finding, line: at });
  const start = {
    entrypoint: command.length > 0 ? command : null,
    cmd: args.length > 0 ? args : null,
  };
  const workingDir = text(get(container, 'workingDir'));
  const image = text(get(container, 'image'));
  const built = await judgeStartBuild(
    { name, image, workingDir, environment, isOpen: get(container, 'envFrom') !== undefined, start, line: at },
    judging,
  );
  return [...findings, ...built.filter(isNewIn(findings))];
}

/** `$(NAME)` of a command, as Kubernetes puts variables in; one that is not there stays as it is, `$$(NAME)` too. */
function expanded(word: string, environment: ReadonlyMap<string, string>): string {
  return word.replace(/\$(\$)?\(([A-Za-z_][\w.-]*)\)/g, (whole, escaped: string | undefined, name: string) =>
    escaped === undefined ? (environment.get(name) ?? whole) : whole.slice(1),
  );
}

const takenFromElsewhere = '{{ valueFrom }}';

/** `env` by name; what is taken from elsewhere (valueFrom) is not known. */
function environmentOf(container: unknown): Map<string, string> {
  const list = get(container, 'env');
  const found = new Map<string, string>();
  for (const each of Array.isArray(list) ? list : []) {
    const name = text(get(each, 'name'));
    const isTaken = get(each, 'valueFrom') !== undefined;
    if (name !== null) found.set(name, isTaken ? takenFromElsewhere : (text(get(each, 'value')) ?? ''));
  }
  return found;
}

function wrongTypes(container: unknown): string | null {
  const context = get(container, 'securityContext');
  if (context === undefined || context === null) return null;
  if (!isMapping(context)) return 'securityContext is no mapping';
  const capabilities = get(context, 'capabilities');
  if (capabilities !== undefined && capabilities !== null && !isMapping(capabilities))
    return 'capabilities is no mapping';
  for (const key of ['add', 'drop'])
    if (words(get(capabilities, key)) === null) return `capabilities.${key} is no list`;
  const privileged = get(context, 'privileged');
  return privileged === undefined ||
    privileged === null ||
    typeof privileged === 'boolean' ||
    typeof privileged === 'string'
    ? null
    : 'privileged is neither true nor false';
}

function securityOf(
  name: string,
  container: unknown,
  { spec, namespace }: Workload,
  levels: ReadonlyMap<string, ContainerSecurity['podSecurity']>,
): ContainerSecurity {
  const context = get(container, 'securityContext');
  const added = words(get(context, 'capabilities', 'add')) ?? [];
  const dropped = words(get(context, 'capabilities', 'drop')) ?? [];
  const privileged = get(context, 'privileged');
  return {
    name,
    engine: 'kubernetes',
    privileged: privileged === true ? true : typeof privileged === 'string' ? 'unknown' : false,
    added,
    dropped,
    unresolved: [...added, ...dropped].find(isUnresolved) ?? '',
    seccomp: seccompOf(get(context, 'seccompProfile') ?? get(spec, 'securityContext', 'seccompProfile')),
    podSecurity: levels.get(namespace) ?? null,
  };
}

/** The container's own profile wins over the pod's. */
function seccompOf(profile: unknown): ContainerSecurity['seccomp'] {
  switch (get(profile, 'type')) {
    case 'Unconfined':
      return { kind: 'unconfined' };
    case 'RuntimeDefault':
      return { kind: 'runtime-default' };
    case 'Localhost': {
      const path = text(get(profile, 'localhostProfile')) ?? '?';
      return { kind: 'file', path, ptrace: 'unknown', why: 'lies on the node and cannot be read here' };
    }
    default:
      return { kind: 'unsaid' };
  }
}

interface Placed {
  readonly value: unknown;
  readonly path: readonly (string | number)[];
}

/** The objects of a document: itself, or the items of a List. Those of a typed list (PodList) have its kind without saying so. */
function objectsOf(value: unknown, path: readonly (string | number)[]): Placed[] {
  const items = get(value, 'items');
  const kind = text(get(value, 'kind')) ?? '';
  if (!kind.endsWith('List') || !Array.isArray(items)) return [{ value, path }];
  const ofList = { apiVersion: get(value, 'apiVersion'), kind: kind.slice(0, -'List'.length) };
  return items.flatMap((item, index) => {
    const object = isMapping(item) && ofList.kind !== '' && get(item, 'kind') === undefined;
    return objectsOf(object ? { ...item, ...ofList } : item, [...path, 'items', index]);
  });
}

const jobPath = ['spec', 'jobTemplate', 'spec', 'template', 'spec'];
const templatePath = ['spec', 'template', 'spec'];
const workloadKinds = /^(Deployment|StatefulSet|DaemonSet|ReplicaSet|ReplicationController|Job)$/;

function workloadOf(parsed: Parsed, value: unknown, path: readonly (string | number)[]): Workload[] {
  const kind = text(get(value, 'kind'));
  if (kind === null || !isKubernetes(value)) return [];
  const inner = innerPath(kind, value);
  if (inner === null) return [];
  const name = text(get(value, 'metadata', 'name')) ?? text(get(value, 'metadata', 'generateName')) ?? '?';
  const namespace = text(get(value, 'metadata', 'namespace')) ?? 'default';
  return [{ parsed, name: `${kind} ${name}`, namespace, path: [...path, ...inner], spec: get(value, ...inner) }];
}

/** Where the pod's spec stands; kinds we do not know count when they hold a pod template with containers. */
function innerPath(kind: string, value: unknown): readonly string[] | null {
  if (kind === 'Pod') return ['spec'];
  if (kind === 'CronJob') return jobPath;
  if (kind === 'PodTemplate') return ['template', 'spec'];
  if (workloadKinds.test(kind)) return templatePath;
  return Array.isArray(get(value, ...templatePath, 'containers')) ? templatePath : null;
}

/** Only `enforce` keeps pods out; `warn` and `audit` let them in. */
function enforcedLevels(documents: readonly Parsed[]): Map<string, ContainerSecurity['podSecurity']> {
  const levels = new Map<string, ContainerSecurity['podSecurity']>();
  for (const { value } of documents.flatMap(parsed => objectsOf(parsed.value, []))) {
    if (get(value, 'kind') !== 'Namespace') continue;
    const name = text(get(value, 'metadata', 'name'));
    const level = get(value, 'metadata', 'labels', 'pod-security.kubernetes.io/enforce');
    if (name !== null && (level === 'baseline' || level === 'restricted' || level === 'privileged'))
      levels.set(name, level);
  }
  return levels;
}
