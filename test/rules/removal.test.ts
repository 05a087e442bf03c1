// @slow: type-checks a copy of the tree twice
// A limitation is one file and one line of the index: without both it is gone from plan, verify and explain, and the rest
// still type-checks.
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execaSync } from 'execa';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { rules } from '../../src/rules/index.ts';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const index = readFileSync(join(root, 'src/rules/index.ts'), 'utf8');
const files = [...index.matchAll(/^import \{ (\w+) \} from '\.\/(.+)\.ts';$/gm)].map(([, name = '', file = '']) => ({
  name,
  file,
}));

test('each rule has a file of its own, named after it', () => {
  assert.equal(files.map(({ file }) => file).sort(), rules.map(({ id }) => id).sort());
});

test('nobody but the index knows a rule', () => {
  const names = files.map(({ file }) => file).join('|');
  const fromInside = new RegExp(`from '\\./(${names})\\.ts'`);
  const fromOutside = new RegExp(`from '[./]+/rules/(${names})\\.ts'`);
  const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter(
    file => file.endsWith('.ts') && file !== join('rules', 'index.ts'),
  );
  assert.ok(sources.length > rules.length);
  for (const file of sources) {
    const text = readFileSync(join(root, 'src', file), 'utf8');
    assert.is((dirname(file) === 'rules' ? fromInside : fromOutside).exec(text)?.[0], undefined, file);
  }
});

test('three rules taken out', () => {
  const gone = ['no-race', 'symbol-table', 'dynamic-linking'];
  const directory = mkdtempSync(join(tmpdir(), 'goshim-removal-'));
  try {
    for (const name of ['src', 'profiles', 'package.json', 'tsconfig.json'])
      cpSync(join(root, name), join(directory, name), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'));
    const before = problems(directory);
    for (const { name, file } of files.filter(each => gone.includes(each.file))) {
      rmSync(join(directory, 'src/rules', `${file}.ts`));
      const place = join(directory, 'src/rules/index.ts');
      const lines = readFileSync(place, 'utf8').split('\n');
      writeFileSync(
        place,
        lines.filter(line => !line.includes(`'./${file}.ts'`) && line.trim() !== `${name},`).join('\n'),
      );
    }
    assert.equal(problems(directory), before);
    writeFileSync(join(directory, 'ask.ts'), question);
    const answer = JSON.parse(
      execaSync(process.execPath, ['--import', 'tsx', 'ask.ts'], { cwd: directory }).stdout,
    ) as Record<string, string[]>;
    for (const rule of gone) {
      assert.not.ok(answer.rules?.includes(rule), rule);
      assert.not.ok(answer.asked?.includes(rule), rule);
    }
    assert.equal(answer.argv, ['build', '-race', '-ldflags=-s', '.']);
    assert.ok(answer.asked?.includes('gc-compiler'));
  } finally {
    rmSync(directory, { recursive: true });
  }
});

/** The bundled profile still names what is gone; nothing else may. */
const question = `
import { defaultAnswers } from './src/golang/default-answers.ts';
import { layerEnv } from './src/golang/env.ts';
import { readLine } from './src/golang/line.ts';
import { openBuild } from './src/golang/open.ts';
import { loadProfile } from './src/profiles.ts';
import { rules } from './src/rules/index.ts';
import { inForce } from './src/rules/judge.ts';
import { planBuild } from './src/rules/plan.ts';

const profile = loadProfile('oneagent', '/');
const answers = defaultAnswers({ goversion: 'go1.26.8', goos: 'linux', goarch: 'amd64', hasCompiler: true });
const env = layerEnv({ answers, environment: {}, goenvText: null, gorootEnvText: null });
const build = openBuild(readLine(['build', '-race', '-ldflags=-s', '.']), env);
if ('untouched' in build) throw new Error(build.untouched);
const plan = planBuild(build, {
  profile: { ...profile, rules: { ...profile.rules, musl: 'off', 'no-go-run': 'off' } },
  compiler: () => ({ found: true, words: ['gcc'] }),
  compilerLibc: () => 'glibc',
  vendored: () => null,
  agentVersion: null,
});
console.log(
  JSON.stringify({ rules: rules.map(({ id }) => id), asked: inForce(profile).map(({ rule }) => rule.id), argv: plan.build.argv() }),
);
`;

/** What the type checker says of this tree. */
function problems(directory: string): string[] {
  const tsconfig = join(directory, 'tsconfig.json');
  const config = JSON.parse(readFileSync(tsconfig, 'utf8')) as { include: string[] };
  writeFileSync(tsconfig, JSON.stringify({ ...config, include: ['src'] }));
  const { stdout } = execaSync(join(root, 'node_modules/.bin/tsc'), ['-p', basename(tsconfig)], {
    cwd: directory,
    reject: false,
  });
  return stdout.split('\n').filter(line => line !== '');
}

test.run();
