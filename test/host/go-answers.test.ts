// Kept answers of go env: given back only while go itself would answer the same, tried by changing each thing it looks at.
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execaSync } from 'execa';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { variablesToAsk } from '../../src/golang/env.ts';
import { type GoQuestion, type KeptAnswers, keepAnswers, recallAnswers } from '../../src/host/go-answers-cache.ts';
import { askGoEnv } from '../../src/process/goenv.ts';

interface World {
  directory: string;
  question: GoQuestion;
}

const go = join(execaSync('go', ['env', 'GOROOT'], { cwd: '/' }).stdout, 'bin/go');
const test = suite<World>('kept answers of go env');

test.before.each(world => {
  world.directory = realpathSync(mkdtempSync(join(tmpdir(), 'goshim-answers-')));
  const cwd = join(world.directory, 'up/module');
  mkdirSync(join(world.directory, 'bin'), { recursive: true });
  mkdirSync(cwd, { recursive: true });
  mkdirSync(join(world.directory, '.config/go/telemetry'), { recursive: true });
  writeFileSync(join(world.directory, '.config/go/telemetry/mode'), 'off');
  writeFileSync(join(cwd, 'go.mod'), 'module example.com/m\n\ngo 1.19\n');
  program(join(world.directory, 'bin/gcc'));
  world.question = {
    real: go,
    variables: variablesToAsk,
    cwd,
    environment: {
      PATH: join(world.directory, 'bin'),
      HOME: world.directory,
      XDG_CACHE_HOME: join(world.directory, 'cache'),
      GOTOOLCHAIN: 'local',
    },
  };
});
test.after.each(({ directory }) => rmSync(directory, { recursive: true }));

test('they are given back as they were, in another process of the same place too', ({ question }) => {
  const found = keep(question);
  assert.equal(recallAnswers(question), found);
  assert.is(found.answers['GOMOD'], join(question.cwd, 'go.mod'));
  assert.is(found.answers['CGO_ENABLED'], '1');
});

const changes: Readonly<Record<string, (world: World) => Partial<GoQuestion> | undefined>> = {
  'go.mod asks for another release': ({ question }) => {
    writeFileSync(join(question.cwd, 'go.mod'), 'module example.com/m\n\ngo 1.18\n');
  },
  'go.mod goes': ({ question }) => {
    rmSync(join(question.cwd, 'go.mod'));
  },
  'a go.work comes, two directories up': ({ directory }) => {
    writeFileSync(join(directory, 'go.work'), 'go 1.19\n');
  },
  'a go.mod comes in between': ({ question }) => {
    rmSync(join(question.cwd, 'go.mod'));
    writeFileSync(join(dirname(question.cwd), 'go.mod'), 'module example.com/up\n');
  },
  'go env -w GOFLAGS': ({ directory }) => {
    writeFileSync(join(directory, '.config/go/env'), 'GOFLAGS=-race\n');
  },
  'the C compiler goes': ({ directory }) => {
    rmSync(join(directory, 'bin/gcc'));
  },
  'the C compiler may not be run any more': ({ directory }) => {
    chmodSync(join(directory, 'bin/gcc'), 0o644);
  },
  'GOFLAGS in the environment': ({ question }) => with_(question, { GOFLAGS: '-trimpath' }),
  'GOARCH in the environment': ({ question }) => with_(question, { GOARCH: 'arm64' }),
  'CGO_ENABLED in the environment': ({ question }) => with_(question, { CGO_ENABLED: '0' }),
  'GOENV=off': ({ question }) => with_(question, { GOENV: 'off' }),
  'another PATH': ({ question, directory }) => with_(question, { PATH: join(directory, 'cache') }),
  'another directory': ({ question }) => ({ cwd: dirname(question.cwd) }),
  'another go at another path': ({ directory }) => {
    program(join(directory, 'bin/go'));
    return { real: join(directory, 'bin/go') };
  },
};

for (const [what, change] of Object.entries(changes))
  test(`not when ${what}`, world => {
    keep(world.question);
    const changed = { ...world.question, ...change(world) };
    assert.is(recallAnswers(changed), null);
  });

const refused: Readonly<Record<string, (world: World) => Partial<GoQuestion> | undefined>> = {
  'go is a script that calls another': ({ directory }) => {
    writeFileSync(join(directory, 'bin/go'), `#!/bin/sh\nexec ${go} "$@"\n`, { mode: 0o755 });
    return { real: join(directory, 'bin/go') };
  },
  'GOFLAGS=-modfile': ({ question }) => with_(question, { GOFLAGS: '-modfile=other.mod' }),
  'GOFLAGS=-overlay': ({ question }) => with_(question, { GOFLAGS: '-overlay=other.json' }),
  'GOENV is relative': ({ question }) => with_(question, { GOENV: 'env' }),
  'PATH holds the working directory': ({ question }) => with_(question, { PATH: `${question.environment['PATH']}:.` }),
  'PATH has an empty entry': ({ question }) => with_(question, { PATH: `${question.environment['PATH']}:` }),
  'PWD leads here by a link': ({ question, directory }) => {
    symlinkSync(question.cwd, join(directory, 'link'));
    return with_(question, { PWD: join(directory, 'link') });
  },
  'go env -w CC hides which compiler is looked for': ({ directory }) => {
    writeFileSync(join(directory, '.config/go/env'), 'CC=clang\n');
  },
  'go.mod was gone when it was looked at': ({ question }) => {
    rmSync(join(question.cwd, 'go.mod'));
  },
};

for (const [what, change] of Object.entries(refused))
  test(`nothing is kept where ${what}`, world => {
    const found = ask(world.question);
    const question = { ...world.question, ...change(world) };
    const asked = what.startsWith('go.mod') ? found : ask(question);
    keepAnswers(question, asked, later());
    assert.is(recallAnswers(question), null);
  });

test('nothing is kept of a file that is younger than two seconds', ({ question }) => {
  const found = ask(question);
  keepAnswers(question, found, Date.now());
  assert.is(recallAnswers(question), null);
  utimesSync(join(question.cwd, 'go.mod'), 0, 0);
  keepAnswers(question, found, Date.now());
  assert.is(recallAnswers(question), null, 'the time of change counts, which nobody can set');
});

test('a damaged file and a cache that cannot be written are no errors', ({ question, directory }) => {
  keep(question);
  const cache = join(directory, 'cache/goshim/go-env');
  for (const file of execaSync('ls', [cache]).stdout.split('\n')) writeFileSync(join(cache, file), '{"key":');
  assert.is(recallAnswers(question), null);
  const nowhere = with_(question, { XDG_CACHE_HOME: '/proc/nowhere' });
  const found = ask(question);
  keepAnswers({ ...question, ...nowhere }, found, later());
  assert.is(recallAnswers({ ...question, ...nowhere }), null);
});

test.run();

function keep(question: GoQuestion): KeptAnswers {
  const found = ask(question);
  keepAnswers(question, found, later());
  assert.equal(recallAnswers(question), found, 'kept');
  return found;
}

function ask({ real, variables, environment, cwd }: GoQuestion): KeptAnswers {
  const { answers, status, stderr } = askGoEnv(real, variables, { chdir: cwd, env: environment });
  assert.is(status, 0, stderr);
  const goenv = answers['GOENV'] ?? '';
  const text = execaSync('cat', [goenv], { reject: false });
  return { answers, goenvText: text.failed ? null : text.stdout, gorootEnvText: null };
}

/** As if the files of this test had been there for a while. */
function later(): number {
  return Date.now() + 10_000;
}

function with_(question: GoQuestion, variables: NodeJS.ProcessEnv): Partial<GoQuestion> {
  return { environment: { ...question.environment, ...variables } };
}

function program(path: string): void {
  writeFileSync(path, '#!/bin/sh\n', { mode: 0o755 });
}
