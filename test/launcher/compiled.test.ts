import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { shimDirectory } from '../support/side-by-side.ts';

const dist = join(dirname(shimDirectory), 'dist');
const script = `
  const { readFileSync } = require('node:fs');
  const [file, cache] = process.argv.slice(1);
  const source = module.constructor.wrap(readFileSync(file, 'utf8'));
  const { cachedDataRejected } = new (require('node:vm').Script)(source, { filename: file, cachedData: readFileSync(cache) });
  process.stdout.write(String(cachedDataRejected));
`;

for (const name of ['shim', 'cli'])
  test(`what was compiled of ${name} is what a start takes`, () => {
    const files = [join(dist, `${name}.cjs`), join(dist, `${name}.cache`)];
    const { stdout, stderr } = spawnSync(process.execPath, ['-e', script, ...files], { env: {}, encoding: 'utf8' });
    assert.is(stdout, 'false', stderr);
  });

test.run();
