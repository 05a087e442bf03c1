import { existsSync } from 'node:fs';
import { readLink, readText } from './reading.ts';

export interface Containment {
  /** null: it could not be told. */
  readonly inside: boolean | null;
  /** `Kubernetes`, `docker`, `podman`, `lxc`, …; empty when unknown or outside. */
  readonly engine: string;
  /** What said so. */
  readonly evidence: string;
}

/**
 * Whether this is a container, asked in the order of how hard each sign is to leave behind (systemd's virt.c has the same
 * warning): /.dockerenv is left in file system images that later run as virtual machines, so the initial namespaces beat it.
 */
export function readContainer(environment: NodeJS.ProcessEnv, root = ''): Containment {
  if ((environment['KUBERNETES_SERVICE_HOST'] ?? '') !== '') return inside('Kubernetes', 'KUBERNETES_SERVICE_HOST');
  if (existsSync(`${root}/var/run/secrets/kubernetes.io`))
    return inside('Kubernetes', '/var/run/secrets/kubernetes.io');
  for (const file of ['/run/host/container-manager', '/run/systemd/container']) {
    const text = readText(root + file);
    if (text.ok && text.value.trim() !== '') return inside(text.value.trim(), file);
  }
  const init = readText(`${root}/proc/1/environ`);
  const said = init.ok ? /(?:^|\0)container=([^\0]+)/.exec(init.value)?.[1] : undefined;
  if (said !== undefined) return inside(said, 'container= of PID 1');
  if (existsSync(`${root}/run/.containerenv`)) return inside('podman', '/run/.containerenv');
  const initial = hasInitialNamespaces(root);
  if (initial === true) return { inside: false, engine: '', evidence: 'all namespaces are the initial ones' };
  if (existsSync(`${root}/.dockerenv`)) return inside('docker', '/.dockerenv');
  const group = readText(`${root}/proc/self/cgroup`);
  const engine = group.ok ? engineOf(group.value) : null;
  if (engine !== null) return inside(engine, '/proc/self/cgroup');
  if (existsSync(`${root}/sys/fs/cgroup/cgroup.type`)) return inside('', '/sys/fs/cgroup is not the root cgroup');
  if (initial === false) return inside('', 'a PID, UTS, IPC or cgroup namespace is not the initial one');
  return { inside: null, engine: '', evidence: '/proc/self/ns cannot be read' };
}

/** Numbers of the initial namespaces (linux/proc_ns.h). user is initial in plain Docker too, and so is left out. */
const initialNamespaces = { pid: 4026531836, uts: 4026531838, ipc: 4026531839, cgroup: 4026531835 } as const;

function hasInitialNamespaces(root: string): boolean | null {
  const links = Object.entries(initialNamespaces).map(([name, number]) => {
    const link = readLink(`${root}/proc/self/ns/${name}`);
    return link.ok ? link.value === `${name}:[${number}]` : null;
  });
  if (links.includes(false)) return false;
  return links.includes(null) ? null : true;
}

function engineOf(group: string): string | null {
  if (/\/kubepods/.test(group)) return 'Kubernetes';
  if (/\/docker[/-]/.test(group)) return 'docker';
  if (/\/libpod-/.test(group)) return 'podman';
  return /\/lxc[/.]/.test(group) ? 'lxc' : null;
}

function inside(engine: string, evidence: string): Containment {
  return { inside: true, engine, evidence };
}
