import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseRelease } from '../../src/golang/release.ts';

for (const [text, minor, patch, reason] of [
  ['go1.26.8', 26, 8, null],
  ['go1.20', 20, 0, null],
  ['go1.23rc1', 23, 0, 'release candidate'],
  ['go1.22.0rc2', 22, 0, 'release candidate'],
  ['go1.21beta1', 21, 0, 'beta release'],
  ['devel go1.22-4a5b6c7d Mon Jan 2 15:04:05 2023 +0000', 22, 0, 'development tree'],
  ['go1.26-devel_0123abcd Thu Jan 1 00:00:00 2026 +0000', 26, 0, 'development tree'],
  ['devel +abcdef', null, 0, 'development tree'],
  ['go1.25.7 (Red Hat 1.25.7-1.el10_1)', 25, 7, 'vendor build (Red Hat 1.25.7-1.el10_1)'],
  ['go1.24.10 X:systemcrypto', 24, 10, 'experiments switched on (systemcrypto)'],
  ['go1.24.10 X:boringcrypto', 24, 10, 'experiments switched on (boringcrypto)'],
  ['go1.26.8-X:boringcrypto', 26, 8, 'experiments switched on (boringcrypto)'],
  ['go1.23.4-microsoft', 23, 4, 'vendor build (-microsoft)'],
  ['go1', null, 0, 'not a release name'],
  ['', null, 0, 'not a release name'],
  ['gccgo (Debian) 12', null, 0, 'not a release name'],
] as const) {
  test(`${text || 'an empty text'} is ${reason ?? 'official'}`, () => {
    assert.equal(parseRelease(text), { text, minor, patch, official: reason === null, reason });
  });
}

test.run();
