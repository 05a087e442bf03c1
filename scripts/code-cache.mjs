// Runs a bundle once, on a made-up build of a real Go binary (esbuild's own), and keeps what V8 compiled meanwhile in
// dist/NAME.cache: a start then compiles nothing (7 ms of 20). V8 itself refuses a cache of another version of its own.
// Usage: node code-cache.mjs NAME WORDS…, where WORDS are the bundle's process.argv from the third on.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire, Module } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';

// As bin/goshim-start.cjs does: V8 takes a cache only under the flags it was made with.
if (process.versions.node.startsWith('20.')) setFlagsFromString('--interrupt-budget=4000000');
const [, , name, ...words] = process.argv;
const dist = join(dirname(dirname(fileURLToPath(import.meta.url))), 'dist');
const file = join(dist, `${name}.cjs`);
// The wrapping and the file name are bin/goshim-start.cjs's: V8 compares the source.
const script = new Script(Module.wrap(readFileSync(file, 'utf8')), { filename: file });
process.on('exit', () => writeFileSync(join(dist, `${name}.cache`), script.createCachedData()));
process.argv = [process.argv[0], join(dist, '..', 'bin', 'goshim-start.cjs'), ...words];
const module = { exports: {} };
script.runInThisContext()(module.exports, createRequire(file), module, file, dist);
