import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { shimDirectory } from '../support/side-by-side.ts';

// Says whether V8 took what was kept of a bundle. A V8 flag set on the way there would keep it from that.
const watch = `data:text/javascript,${encodeURIComponent(`
  import { createRequire } from 'node:module';
  const vm = createRequire('/')('node:vm');
  vm.Script = class extends vm.Script {
    constructor(...words) {
      super(...words);
      process.on('exit', () => console.log('rejected:', this.cachedDataRejected));
    }
  };
`)}`;

for (const [name, words] of Object.entries({
  cli: ['cli', '--version'],
  shim: ['build', 'go=/bin/false', '--', 'help'],
}))
  test(`a start takes what was compiled of ${name}`, () => {
    const argv = ['--import', watch, join(shimDirectory, 'goshim-start.cjs'), ...words];
    const { stdout, stderr } = spawnSync(process.execPath, argv, { env: {}, encoding: 'utf8' });
    assert.match(stdout, /rejected: false/, stderr);
  });

test.run();
