import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { readLink, readText } from './reading.ts';

/** The agent as its files on this machine show it. */
export interface AgentOnHost {
  /** Its directory; null when none of the known places holds one. */
  readonly directory: string | null;
  /** `1.333`, which is what rules compare; null when it cannot be told. */
  readonly version: string | null;
  /** As it is written, `1.333.55.20260317-092136`. */
  readonly fullVersion: string | null;
  /** The file or link that said it. */
  readonly source: string | null;
  /** Why there is no version, in words; empty when there is. */
  readonly why: string;
}

/**
 * The agent vendor's documented places: the host installation, and where Kubernetes injection mounts the code modules.
 * An INSTALL_PATH elsewhere leaves a link at the first. Configuration is never opened: it holds addresses and tokens.
 */
const places = ['/opt/dynatrace/oneagent', '/opt/dynatrace/oneagent-paas'];

/**
 * Looks for an agent without root and without starting anything: `agent/bin/current` links to a directory named by the version
 * (`oneagentctl --version` needs root), `agent/installer.version` holds the same text. After an update both may be ahead of
 * what runs. Of AppOptima's UnifiedAgent no paths are public: it is never found, and its version has to be set.
 */
export function agentOnHost(root = ''): AgentOnHost {
  const directory = places.find(place => existsSync(`${root}${place}/agent`));
  if (directory === undefined) return none(null, 'no agent in the known places');
  const agent = `${root}${directory}/agent`;
  const link = readLink(`${agent}/bin/current`);
  if (link.ok && isVersion(basename(link.value))) return found(directory, basename(link.value), 'agent/bin/current');
  const file = readText(`${agent}/installer.version`);
  const text = file.ok ? file.value.trim() : '';
  if (isVersion(text)) return found(directory, text, 'agent/installer.version');
  if (!link.ok && !file.ok)
    return none(directory, `agent/bin/current: ${link.why}, agent/installer.version: ${file.why}`);
  return none(directory, 'neither agent/bin/current nor agent/installer.version holds a version 1.N');
}

function found(directory: string, text: string, source: string): AgentOnHost {
  const version = /^1\.\d+/.exec(text)?.[0] ?? null;
  return { directory, version, fullVersion: text, source: `${directory}/${source}`, why: '' };
}

function none(directory: string | null, why: string): AgentOnHost {
  return { directory, version: null, fullVersion: null, source: null, why };
}

function isVersion(text: string): boolean {
  return /^1\.\d{1,5}(\.\d+)*(-\d+)?$/.test(text);
}
