// Bundles each entry into one CommonJS file (a start is one read) and writes the licences of what went in.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
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
const { metafile } = await build({
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
writeFileSync(join(root, 'dist', 'LICENSES.txt'), licences(Object.keys(metafile.inputs)));

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
