// Bundles each entry into one CommonJS file (a start is one read) and writes the licences of what went in.
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const entries = ['shim.ts', 'cli.ts', 'commands/cold.ts'].filter(name => existsSync(join(root, 'src', name)));

// The commands behind src/commands/cold.ts are a bundle beside that of the others: what a start need not read, it must not.
const apart = {
  name: 'apart',
  setup({ onResolve }) {
    onResolve({ filter: /\/cold\.ts$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: './cold.cjs', external: true } : undefined,
    );
  },
};

mkdirSync(join(root, 'dist'), { recursive: true });
// An old cache must not outlive its bundle, whatever happens below.
for (const file of readdirSync(join(root, 'dist'))) if (file.endsWith('.cache')) rmSync(join(root, 'dist', file));
const { metafile, outputFiles } = await build({
  write: false,
  absWorkingDir: root,
  entryPoints: entries.map(name => ({ in: `src/${name}`, out: basename(name, '.ts') })),
  plugins: [apart],
  // import() of a bundle is require(): Node's own would start its ES module loader first.
  supported: { 'dynamic-import': false },
  outdir: 'dist',
  outExtension: { '.js': '.cjs' },
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  minify: true,
  keepNames: true,
  legalComments: 'none',
  define: { 'process.env.GOSHIM_BUILD_VERSION': JSON.stringify(version), 'import.meta.url': '__goshim_module_url' },
  banner: { js: 'const __goshim_module_url=require("node:url").pathToFileURL(__filename).href;' },
  metafile: true,
  logLevel: 'warning',
});
for (const { path, contents } of outputFiles) writeWhole(path, contents);
writeWhole(join(root, 'dist', 'LICENSES.txt'), licences(Object.keys(metafile.inputs)));
keepCompiled();

/** A go that starts meanwhile must find the old bundle or the new one: half of one would do nothing, and exit 0. */
function writeWhole(path, contents) {
  const place = `${path}.${process.pid}`;
  writeFileSync(place, contents);
  renameSync(place, path);
}

/** Without a Go binary at hand there is no cache, and a start compiles what it reads. */
function keepCompiled() {
  const binary = goBinary();
  if (binary === null) return;
  const directory = mkdtempSync(join(tmpdir(), 'goshim-warm-'));
  try {
    // Judged and then "rejected": its time is set back, so it must be a copy.
    const output = join(directory, 'output');
    copyFileSync(binary, output);
    const env = { PATH: process.env.PATH, HOME: directory, TMPDIR: directory, WARM_OUTPUT: output };
    const run = (name, ...words) =>
      spawnSync(process.execPath, [join(root, 'scripts', 'code-cache.mjs'), name, ...words], {
        cwd: directory,
        env,
        stdio: 'ignore',
      });
    const go = join(root, 'scripts', 'warm-go.sh');
    run(
      'shim',
      'build',
      `go=${go}`,
      `home=${root}`,
      'shell=/bin/sh',
      '--',
      'build',
      '-ldflags=-X=a.b=c',
      '-o',
      'output',
      '.',
    );
    run('cli', 'verify', '--format', 'json', output);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** esbuild is a Go program, and it is here. */
function goBinary() {
  try {
    return createRequire(import.meta.url).resolve(`@esbuild/${process.platform}-${process.arch}/bin/esbuild`);
  } catch {
    return null;
  }
}

function licences(inputs) {
  const packages = new Set();
  for (const input of inputs) {
    const found = /^(.*node_modules\/((?:@[^/]+\/)?[^/]+))\//.exec(input);
    if (found?.[1]) packages.add(found[1]);
  }
  return [...packages]
    .sort()
    .map(directory => {
      const { name, version, license } = JSON.parse(readFileSync(join(root, directory, 'package.json'), 'utf8'));
      const file = readdirSync(join(root, directory)).find(entry => /^licen[cs]e/i.test(entry));
      const text = file ? readFileSync(join(root, directory, file), 'utf8').trim() : '';
      return `${name} ${version} (${license})\n\n${text}\n`;
    })
    .join(`\n${'-'.repeat(72)}\n\n`);
}
