import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readText } from '../reading.ts';
import { isGoshim } from '../real-go.ts';
import { type Check, ok, warn } from './check.ts';

/** What everybody should know: go itself puts GOROOT/bin first on PATH for what these start. */
const always = 'go test, go generate and go tool start programs with the real go first on PATH';

export const bypasses: Check = {
  id: 'bypasses',
  why: 'a tool that was told where go is does not look on PATH, and passes goshim by',
  run: ({ cwd, env }) => {
    const found = [...fromEnvironment(env), ...fromFiles(cwd)];
    const [first] = found;
    if (first === undefined) return ok(`nothing here names a go of its own; ${always}`);
    return warn(`${found.map(({ words }) => words).join('; ')}; ${always}`, first.fix);
  },
};

interface Bypass {
  readonly words: string;
  readonly fix: string;
}

function fromEnvironment(env: NodeJS.ProcessEnv): Bypass[] {
  const go = env['MAGEFILE_GOCMD'];
  if (!go?.startsWith('/') || isGoshim(go)) return [];
  return [{ words: `MAGEFILE_GOCMD=${go} is what mage runs`, fix: 'unset MAGEFILE_GOCMD' }];
}

function fromFiles(directory: string): Bypass[] {
  const there = names(directory);
  return files.flatMap(({ file, go, isRoot, fix }) =>
    there
      .filter(name => file.test(name))
      .flatMap(name => {
        const text = readText(join(directory, name));
        const named = text.ok ? go.exec(text.value.slice(0, 1_000_000))?.[1] : undefined;
        if (named === undefined || !named.startsWith('/') || isGoshim(isRoot ? join(named, 'bin/go') : named))
          return [];
        return [{ words: `${name} names ${named}`, fix }];
      }),
  );
}

/** Files that can name a go by its absolute path; a name without a slash is looked up on PATH and reaches goshim. */
const files = [
  {
    file: /^\.vscode\/settings\.json$/,
    go: /"go\.alternateTools"\s*:\s*\{[^}]*"go"\s*:\s*"([^"]+)"/,
    isRoot: false,
    fix: 'set "go.alternateTools": {"go": …} to the goshim on PATH',
  },
  {
    file: /^\.vscode\/settings\.json$/,
    go: /"go\.goroot"\s*:\s*"([^"]+)"/,
    isRoot: true,
    fix: 'set "go.alternateTools": {"go": …} to the goshim on PATH',
  },
  {
    file: /^(GNUm|M|m)akefile$/,
    go: /^\s*(?:export\s+|override\s+)?GO\s*[:?]*=\s*(\S+)\s*$/m,
    isRoot: false,
    fix: 'make GO=go',
  },
  {
    file: /^\.goreleaser\.ya?ml$/,
    go: /^\s*-?\s*(?:gobinary|tool):\s*["']?([^"'\s#]+)/m,
    isRoot: false,
    fix: 'gobinary: go',
  },
] as const;

function names(directory: string): string[] {
  try {
    return [...readdirSync(directory), '.vscode/settings.json'];
  } catch {
    return [];
  }
}
