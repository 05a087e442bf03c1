import { mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { execaSync } from 'execa';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { catalogue } from '../../src/commands/catalogue.ts';
import { need } from '../support/need.ts';
import { cleanEnvironment, cli, goshim, inDirectory } from './goshim.ts';

const names = catalogue.map(({ name }) => name);

/** What each shell must offer at the end of these words. */
const cases: readonly (readonly [readonly string[], readonly string[]])[] = [
  [['ver'], ['verify']],
  [['en'], ['enable']],
  [
    ['completion', ''],
    ['bash', 'zsh', 'fish'],
  ],
  [
    ['verify', '--format', 'in'],
    ['in-toto', 'in-toto-predicate'],
  ],
  [
    ['verify', 'x', '--profile', ''],
    ['oneagent', 'oneagent-static'],
  ],
  [['verify', '--str'], ['--strict']],
  [['explain', 'no-r'], ['no-race']],
  [['help', 'doc'], ['doctor']],
  [['plan', 'inst'], ['install']],
];

for (const shell of ['bash', 'zsh', 'fish'] as const)
  test(`the ${shell} script is the same every time and knows every command`, () => {
    const { code, stdout, stderr } = goshim(['completion', shell]);
    assert.is(code, 0);
    assert.is(stderr, '');
    for (const name of names) assert.match(stdout, new RegExp(`\\b${name}\\b`));
    assert.is(goshim(['completion', shell]).stdout, stdout);
  });

test('another shell is refused with what there is', () => {
  for (const words of [[], ['tcsh'], ['bash', 'zsh']])
    assert.equal(goshim(['completion', ...words]), {
      code: 2,
      stdout: '',
      stderr: 'goshim: completion: which shell? There are bash, zsh, fish\n',
    });
});

need(test, 'bash')('bash completes', () => {
  for (const [words, offered] of cases) {
    const body = `eval "$0"; COMP_WORDS=(goshim "$@"); COMP_CWORD=$#; _goshim; printf '%s\\n' "\${COMPREPLY[@]}"; complete -p goshim >&2`;
    const { stdout, stderr } = execaSync('bash', ['-c', body, goshim(['completion', 'bash']).stdout, ...words]);
    assert.equal(stdout.split('\n'), offered, words.join(' '));
    assert.is(stderr, 'complete -o default -F _goshim goshim');
  }
});

need(test, 'zsh')('zsh completes', () => {
  // zsh's own compadd sorts and filters inside of the line editor only; ours print what they are given.
  const stubs = `
compdef() { :; }
_describe() { print -rl -- \${(P)2} | sed 's/:.*//' | grep -- "^\${words[CURRENT]}"; }
_files() { print files; }
compadd() { shift; print -rl -- "$@" | grep -- "^\${words[CURRENT]}"; }
`;
  for (const [words, offered] of cases) {
    const body = `${stubs}\nscript=$1; shift; eval "$script"; words=(goshim "$@"); CURRENT=$#words; _goshim`;
    const { stdout, stderr } = execaSync('zsh', [
      '-f',
      '-c',
      body,
      'zsh',
      goshim(['completion', 'zsh']).stdout,
      ...words,
    ]);
    assert.is(stderr, '');
    assert.equal(stdout.split('\n'), offered, words.join(' '));
  }
});

need(test, 'zsh')('zsh finds the script in fpath', () =>
  inDirectory(directory => {
    writeFileSync(join(directory, '_goshim'), goshim(['completion', 'zsh']).stdout);
    const body = 'fpath=($1 $fpath); autoload -Uz compinit; compinit -D -u; print $_comps[goshim]';
    assert.is(execaSync('zsh', ['-f', '-c', body, 'zsh', directory]).stdout, '_goshim');
  }),
);

need(test, 'fish')('fish completes', () =>
  inDirectory(directory => {
    // Options are asked of a command that exists.
    const bin = join(directory, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'goshim'), `#!/bin/sh\nexec ${process.execPath} ${cli} "$@"\n`, { mode: 0o755 });
    const PATH = [bin, dirname(process.execPath), process.env.PATH].join(delimiter);
    for (const [words, offered] of cases) {
      const line = ['goshim', ...words].join(' ');
      const { stdout } = execaSync(
        'fish',
        ['--no-config', '-c', 'goshim completion fish | source; complete -C $argv[1]', line],
        {
          env: { ...cleanEnvironment(), PATH, HOME: directory, XDG_CONFIG_HOME: directory, XDG_DATA_HOME: directory },
          extendEnv: false,
          cwd: directory,
        },
      );
      const found = stdout.split('\n').map(each => each.split('\t')[0] ?? '');
      assert.equal(found.sort(), [...offered].sort(), words.join(' '));
    }
  }),
);

test.run();
