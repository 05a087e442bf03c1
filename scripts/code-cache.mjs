// Keeps what V8 makes of a bundle in dist/NAME.cache, every function of it, so that a start compiles nothing (10 ms of 40). V8 itself
// refuses a cache of another version of its own or of other flags. Usage: node code-cache.mjs NAME…
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { Module } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';

const dist = join(dirname(dirname(fileURLToPath(import.meta.url))), 'dist');
for (const name of process.argv.slice(2)) {
  const file = join(dist, `${name}.cjs`);
  // Otherwise a function is compiled when it is called.
  setFlagsFromString('--no-lazy');
  // The wrapping and the file name are bin/goshim-start.cjs's: V8 compares the source.
  const script = new Script(Module.wrap(readFileSync(file, 'utf8')), { filename: file });
  // As at a start, since the flags in force stand in the cache.
  setFlagsFromString('--lazy');
  const place = join(dist, `${name}.cache`);
  writeFileSync(`${place}.${process.pid}`, script.createCachedData());
  renameSync(`${place}.${process.pid}`, place);
}
