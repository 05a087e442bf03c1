// Builds, and changes of what was built, that stand in no RUN line's first words.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { said } from './checked.ts';

const go = 'FROM golang:1.22-bookworm AS build\nWORKDIR /src\nCOPY . .\n';
const build = 'go build -ldflags=-linkmode=external -o /app .';
const after = (more: string) =>
  said(`${go}RUN ${build} && ${more}\nFROM debian:bookworm-slim\nCOPY --from=build /app /app\nCMD ["/app"]\n`);

test('what runs inside of $( … ) and backquotes', async () => {
  assert.equal(await after('echo $(date) "$(git describe)"'), []);
  for (const line of [
    'echo $(strip /app)',
    ': `strip /app`',
    'if ! out=$(strip -v /app); then exit 1; fi',
    'echo "a $(strip /app)"',
  ])
    assert.equal(await after(line), ['symbol-table fail @4'], line);
  assert.ok((await after('msg=$(CGO_ENABLED=0 go build -o /app . 2>&1)')).includes('cgo-enabled fail @4'));
  assert.ok((await after('OUT=$(cp -v /b /app)')).some(each => each.includes('unknown')));
  // Its variables stay inside.
  assert.equal(await after(`x=$(CGO_ENABLED=0; export CGO_ENABLED) && ${build}`), []);
});

test('install strips where -s stands among other letters', async () => {
  for (const options of ['-sm755', '-Dsm755', '-s -m 755', '--strip'])
    assert.equal(await after(`mv /app /one && install ${options} /one /app`), ['symbol-table fail @4'], options);
  assert.equal(await after('mv /app /one && install -m755 /one /app'), []);
});

test('a build for another system', async () => {
  for (const system of ['darwin', 'windows'])
    assert.equal(await after(`GOOS=${system} ${build}`), ['readable unknown @4'], system);
});

test('what the start command makes before it starts it', async () => {
  const started = (command: string) => said(`${go}RUN ${build}\n${command}\n`);
  assert.equal(await started('CMD ["/app"]'), []);
  assert.ok((await started('CMD CGO_ENABLED=0 go build -o /x . && /x')).includes('cgo-enabled fail @5'));
  assert.ok(
    (await started('CMD ["sh", "-c", "go build -race -ldflags=-linkmode=external -o /app . && exec /app"]')).includes(
      'no-race fail @5',
    ),
  );
  assert.equal(await started('CMD strip /app; exec /app'), ['symbol-table fail @5']);
});

test.run();
