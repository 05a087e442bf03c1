// Bundles each entry into one CommonJS file (a start is one read) and writes the licences of what went in.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
// What a start need not read, it must not: these are bundles beside the two that Node starts with, read when they are imported.
const apart = {
  'commands/cold.ts': 'cold',
  'commands/check.ts': 'check',
  'image/archive/judge.ts': 'archive',
  'image/manifests/yaml.ts': 'yaml',
  'image/fix/diff.ts': 'diff',
  'accept.ts': 'accept',
  'build-report.ts': 'build-report',
  'strip/run.ts': 'strip',
  'full-shim.ts': 'full',
  'judge-file.ts': 'judge',
  'host/libc-probe.ts': 'libc-probe',
};

const beside = {
  name: 'beside',
  setup({ onResolve }) {
    onResolve({ filter: /\.ts$/ }, ({ kind, path, resolveDir }) => {
      const bundle = apart[relative(join(root, 'src'), join(resolveDir, path))];
      return kind === 'dynamic-import' && bundle ? { path: `./${bundle}.cjs`, external: true } : undefined;
    });
  },
};

// So are these, read by the first call of one of their functions: valibot, and semver, which makes 40 regular expressions at once.
const called = { 'settings/checked.ts': 'checked', 'rules/shared/versions.ts': 'versions' };
const entries = { 'shim.ts': 'shim', 'cli.ts': 'cli', ...apart, ...called };

const lazy = {
  name: 'lazy',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\.ts$/ }, ({ kind, path, resolveDir }) => {
      const name = relative(join(root, 'src'), join(resolveDir, path));
      return kind === 'import-statement' && called[name] ? { path: name, namespace: 'lazy' } : undefined;
    });
    onLoad({ filter: /.*/, namespace: 'lazy' }, ({ path }) => {
      const functions = readFileSync(join(root, 'src', path), 'utf8').matchAll(/^export function (\w+)/gm);
      const bundle = JSON.stringify(`./${called[path]}.cjs`);
      const call = ([, name]) => `export function ${name}(...values) { return require(${bundle}).${name}(...values); }`;
      return { contents: [...functions].map(call).join('\n') };
    });
    onResolve({ filter: /^\.\/\w+\.cjs$/, namespace: 'lazy' }, ({ path }) => ({ path, external: true }));
  },
};

mkdirSync(join(root, 'dist'), { recursive: true });
// An old cache must not outlive its bundle, whatever happens below.
for (const file of readdirSync(join(root, 'dist'))) if (file.endsWith('.cache')) rmSync(join(root, 'dist', file));
const { metafile, outputFiles } = await build({
  write: false,
  absWorkingDir: root,
  entryPoints: Object.entries(entries).map(([name, out]) => ({ in: `src/${name}`, out })),
  plugins: [beside, lazy],
  // import() of a bundle is require(): Node's own would start its ES module loader first.
  supported: { 'dynamic-import': false },
  outdir: 'dist',
  outExtension: { '.js': '.cjs' },
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  // Names stay as they are: to keep them through shorter ones costs a call for each function at every start.
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'none',
  define: { 'process.env.GOSHIM_BUILD_VERSION': JSON.stringify(version), 'import.meta.url': '__goshim.url' },
  banner: { js: 'const __goshim={get url(){return require("node:url").pathToFileURL(__filename).href}};' },
  metafile: true,
  logLevel: 'warning',
});
for (const { path, contents } of outputFiles) writeWhole(path, contents);
writeWhole(join(root, 'dist', 'LICENSES.txt'), licences(Object.keys(metafile.inputs)));
// In a process of its own, whose flags are Node's.
spawnSync(process.execPath, [join(root, 'scripts', 'code-cache.mjs'), 'shim', 'full', 'cli', 'judge', 'check'], {
  env: {},
  stdio: 'inherit',
});

/** A go that starts meanwhile must find the old bundle or the new one: half of one would do nothing, and exit 0. */
function writeWhole(path, contents) {
  const place = `${path}.${process.pid}`;
  writeFileSync(place, contents);
  renameSync(place, path);
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
