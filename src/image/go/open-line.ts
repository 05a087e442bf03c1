import type { Build } from '../../golang/build.ts';
import { defaultAnswers } from '../../golang/default-answers.ts';
import { layerEnv } from '../../golang/env.ts';
import { readLine } from '../../golang/line.ts';
import { openBuild } from '../../golang/open.ts';
import type { Variable } from '../machine.ts';
import { markOf } from '../paths.ts';
import { known, type Text } from '../text.ts';
import { fillArguments } from './fill-arguments.ts';
import type { GoLine } from './go-line.ts';
import { goflagsWords, type Mood, pick } from './scenario.ts';
import { chosenToolchain } from './toolchain.ts';

/** One way in which what is not known may turn out. */
export interface Scenario {
  readonly mood: Mood;
  readonly hasCompiler: boolean;
  readonly hasHeaders: boolean;
}

/** The line as go would read it, under one scenario. */
export function openLine(line: GoLine, scenario: Scenario): Build | { readonly untouched: string } {
  const { mood, hasCompiler } = scenario;
  const argv = fillArguments(line.words, mood);
  const environment = Object.fromEntries(
    [...line.environment, ...platformOf(line)].map(([name, { text }]) => [name, fillVariable(name, text, line, mood)]),
  );
  const goversion = line.go.go === 'tinygo' ? 'tinygo' : (chosenToolchain(line) ?? line.go.goVersion);
  const answers = defaultAnswers({
    goversion: goversion ?? '',
    goos: 'linux',
    goarch: nativeArchitecture(line),
    hasCompiler,
    environment,
  });
  const fileText = (settings: GoLine['goEnv']): string | null =>
    [...settings].map(([name, { text }]) => `${name}=${fillVariable(name, text, line, mood)}\n`).join('') || null;
  if (goversion === null) delete answers.GOVERSION;
  const env = layerEnv({
    answers,
    environment,
    goenvText: fileText(line.goEnv),
    gorootEnvText: fileText(line.rootEnv),
  });
  return openBuild(readLine(argv), env);
}

/** Where the stage's commands run. A pinned stage runs on the build machine, taken for amd64. */
export function nativeArchitecture({ isPinned, platform }: GoLine): string {
  return isPinned ? 'amd64' : (platform.split('/')[1] ?? 'amd64');
}

/** xx-go builds for the target platform, whatever that is. */
function platformOf({ isXx }: GoLine): readonly (readonly [string, Variable])[] {
  if (!isXx) return [];
  const hole = (name: string): Variable => ({
    text: [{ source: `$${name}`, name, quoted: true }],
    at: 0,
    by: 'xx-go',
    range: null,
  });
  return [
    ['GOOS', hole('TARGETOS')],
    ['GOARCH', hole('TARGETARCH')],
  ];
}

function fillVariable(name: string, text: Text, line: GoLine, mood: Mood): string {
  const value = known(text);
  if (value !== null) return value;
  const [only] = text;
  const isWhole = text.length === 1 && typeof only === 'object';
  const native = nativeArchitecture(line);
  const picked = isWhole ? pick(only, mood) : null;
  if (picked !== null) return picked;
  if (isWhole)
    switch (name) {
      case 'CGO_ENABLED':
        return mood === 'worst' ? '0' : '1';
      case 'GOOS':
        return 'linux';
      case 'GOARCH':
        if (only.name === 'TARGETARCH' && !line.isPinned) return native;
        return mood === 'worst' ? (native === 'arm64' ? 'amd64' : 'arm64') : native;
      case 'CGO_LDFLAGS':
        return mood === 'static' ? '-static' : mood === 'worst' ? '-s' : '';
      default:
        break;
    }
  return text
    .map(piece =>
      typeof piece === 'string'
        ? piece
        : (pick(piece, mood) ?? (name === 'GOFLAGS' ? goflagsWords[mood] : markOf(piece))),
    )
    .join('');
}
