// @slow: builds every kind of binary
// What a preloaded library can do in each kind of program, held against a table that was measured before (Go 1.19 to 1.26,
// glibc and musl): it tells where the agent can work at all, whatever its policy is.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Kind, kinds, programsFor } from '../binary/kinds.ts';
import { type BinarySpec, builtBinary, goReleases } from '../support/binaries.ts';
import { need } from '../support/need.ts';
import { runProbe } from '../support/probe.ts';

const carried = /^$/;
const silent = /^the constructor never ran; the program runs as if nothing were preloaded$/;
const noSymbols = /^symbols: failed no runtime\.main in \.symtab; the program runs as if nothing were preloaded$/;
/** Go's own start code has moved the main thread's thread pointer; the first libc call on a Go thread faults. */
const noLibc = /^thread-pointer: failed the thread pointer is not libc's; (exit \d+|SIG[A-Z]+) instead of exit 0: /;

const table: Partial<Readonly<Record<Kind, RegExp>>> = {
  'external, glibc': carried,
  'internal, glibc': carried,
  'external, musl': carried,
  'external PIE': carried,
  '-w': carried,
  'strip --strip-debug': carried,
  'payload appended': carried,
  'host of plugins': carried,
  race: carried,
  msan: carried,
  boringcrypto: carried,
  'release candidate': carried,
  'development tree': carried,
  'vendor fork': carried,
  'no build info': carried,
  'gccgo -static-libgo': carried,
  'internal, musl': silent,
  'strip, internal, musl': silent,
  'static, pure Go': silent,
  'static cgo': silent,
  'static-pie cgo': silent,
  'static cgo, musl': silent,
  'GOPATH vendored': silent,
  '-s': noSymbols,
  '-s -w=0': noSymbols,
  'strip, external': noSymbols,
  'strip -K main.main': noSymbols,
  'race, -s': noSymbols,
  sectionless: noSymbols,
  gccgo: noSymbols,
  'external without runtime/cgo, 1.19': noLibc,
  'external without runtime/cgo, 1.20': noLibc,
  'pure-Go PIE': noLibc,
  asan: /^the constructor never ran; exit 1 instead of exit 0: .*ASan runtime does not come first in initial library list/,
};

for (const [kind, symptom] of Object.entries(table) as [Kind, RegExp][])
  need(
    test,
    'gcc',
    ...programsFor(kind),
  )(kind, () => {
    const probed = runProbe(builtBinary(kinds[kind]));
    assert.match(probed.symptom, symptom);
    assert.is(probed.carried, symptom === carried);
  });

// `all=` or Go 1.22, which adds runtime/cgo by itself; both libcs.
const musl = { CC: 'musl-gcc', CGO_ENABLED: '1' };
const more: Readonly<Record<string, BinarySpec>> = {
  '1.19, glibc': { source: 'hello', go: '1.19', args: ['-ldflags=all=-linkmode=external'] },
  '1.20, glibc': { source: 'hello', go: '1.20', args: ['-ldflags=all=-linkmode=external'] },
  '1.24, glibc, without all=': { source: 'hello', go: '1.24', args: ['-ldflags=-linkmode=external'] },
  '1.24, musl': { source: 'hello', go: '1.24', env: musl, args: ['-ldflags=all=-linkmode=external'] },
  'installed, musl, PIE': { source: 'hello', env: musl, args: ['-buildmode=pie', '-ldflags=all=-linkmode=external'] },
};

for (const [name, spec] of Object.entries(more)) {
  const programs = [goReleases[spec.go ?? 'installed'].program, 'gcc', ...(name.includes('musl') ? ['musl-gcc'] : [])];
  need(test, ...programs)(`external link, ${name}`, () => assert.is(runProbe(builtBinary(spec)).symptom, ''));
}

need(test, 'gcc')('the Go version is found where there is build info, and missed where there is none', () => {
  const step = (kind: Kind) => runProbe(builtBinary(kinds[kind])).steps.get('go-version');
  assert.is(step('external, glibc'), 'ok');
  assert.is(step('no build info'), 'failed none');
});

need(test, 'gcc')('a child of the program does not inherit the library', () => {
  const source = {
    'go.mod': 'module example.com/app\n\ngo 1.19\n',
    'main.go':
      'package main\n\nimport (\n\t"os"\n\t"os/exec"\n)\n\nfunc main() {\n\tif os.Getenv("LD_PRELOAD") != "" || exec.Command("sh", "-c", "test -z \\"$LD_PRELOAD\\"").Run() != nil {\n\t\tos.Exit(1)\n\t}\n}\n',
  };
  assert.is(runProbe(builtBinary({ source, args: ['-ldflags=all=-linkmode=external'] })).symptom, '');
});

test.run();
