import { readFileSync } from 'node:fs';

export interface Distribution {
  /** ID, then each word of ID_LIKE, lower case. */
  readonly ids: readonly string[];
  readonly prettyName: string;
}

/** Reads os-release (os-release(5): /etc, then /usr/lib). null when there is none, as in scratch images and on macOS. */
export function readDistribution(root = ''): Distribution | null {
  for (const file of ['/etc/os-release', '/usr/lib/os-release']) {
    try {
      return parse(readFileSync(root + file, 'utf8'));
    } catch {}
  }
  return null;
}

function parse(text: string): Distribution {
  const values = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, key, value] = /^\s*([A-Z_0-9]+)=(.*?)\s*$/.exec(line) ?? [];
    if (key !== undefined && value !== undefined) values.set(key, value.replace(/^(["'])(.*)\1$/, '$2'));
  }
  const words = `${values.get('ID') ?? ''} ${values.get('ID_LIKE') ?? ''}`.toLowerCase().split(/\s+/);
  return { ids: words.filter(Boolean), prettyName: values.get('PRETTY_NAME') ?? values.get('ID') ?? 'unnamed' };
}
