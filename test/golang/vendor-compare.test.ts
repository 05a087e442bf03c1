import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readModules } from '../../src/golang/vendor.ts';
import { differsFromModules } from '../../src/golang/vendor-compare.ts';

const modules = `# example.com/Dep v1.2.0
## explicit; go 1.19
example.com/Dep
example.com/Dep/sub
# example.com/Dep/nested v0.1.0
example.com/Dep/nested
# example.com/local v0.0.0 => ./local
example.com/local
`;

const files: Readonly<Record<string, string>> = {
  'app/vendor/modules.txt': modules,
  'app/vendor/example.com/Dep/dep.go': 'package dep\n',
  'app/vendor/example.com/Dep/sub/sub.go': 'package sub\n',
  'app/vendor/example.com/Dep/sub/data.txt': 'embedded\n',
  'app/vendor/example.com/Dep/LICENSE': 'free\n',
  'app/vendor/example.com/Dep/nested/nested.go': 'package nested\n',
  'app/vendor/example.com/local/local.go': 'package local\n',
  'app/local/local.go': 'package local\n',
  'cache/example.com/!dep@v1.2.0/dep.go': 'package dep\n',
  'cache/example.com/!dep@v1.2.0/dep_test.go': 'package dep\n',
  'cache/example.com/!dep@v1.2.0/gen.go': '//go:build ignore\n\npackage main\n',
  'cache/example.com/!dep@v1.2.0/go.mod': 'module example.com/Dep\n',
  'cache/example.com/!dep@v1.2.0/LICENSE': 'free\n',
  'cache/example.com/!dep@v1.2.0/README.md': 'read\n',
  'cache/example.com/!dep@v1.2.0/sub/sub.go': 'package sub\n',
  'cache/example.com/!dep@v1.2.0/sub/data.txt': 'embedded\n',
  'cache/example.com/!dep@v1.2.0/other/other.go': 'package other\n',
  'cache/example.com/!dep/nested@v0.1.0/nested.go': 'package nested\n',
};

for (const [name, changes, expected] of [
  ['an honest vendor directory', {}, null],
  [
    'a patched file',
    { 'app/vendor/example.com/Dep/sub/sub.go': 'package sub // mine\n' },
    'example.com/Dep/sub/sub.go differs from example.com/Dep@v1.2.0',
  ],
  [
    'an added file',
    { 'app/vendor/example.com/Dep/more.go': 'package dep\n' },
    'example.com/Dep/more.go differs from example.com/Dep@v1.2.0',
  ],
  [
    'a file left out',
    { 'cache/example.com/!dep@v1.2.0/sub/asm.s': 'TEXT\n' },
    'example.com/Dep/sub/asm.s is missing in the vendor directory',
  ],
  [
    'a module that is not in the cache',
    { 'app/vendor/modules.txt': modules.replace('v0.1.0', 'v0.2.0') },
    'example.com/Dep/nested@v0.2.0 is not in the module cache',
  ],
  [
    'a replaced directory that differs',
    { 'app/local/local.go': 'package local // newer\n' },
    'example.com/local/local.go differs from example.com/local@v0.0.0',
  ],
] satisfies [string, Record<string, string>, string | null][]) {
  test(name, () => {
    const root = mkdtempSync(join(tmpdir(), 'goshim-vendor-'));
    try {
      const all: Record<string, string> = { ...files, ...changes };
      for (const [path, text] of Object.entries(all)) {
        mkdirSync(dirname(join(root, path)), { recursive: true });
        writeFileSync(join(root, path), text);
      }
      const listed = readModules(all['app/vendor/modules.txt'] ?? '');
      const vendoring = { directory: join(root, 'app/vendor'), modules: listed.map(({ path }) => path), listed };
      assert.is(differsFromModules(vendoring, join(root, 'cache')), expected);
    } finally {
      rmSync(root, { recursive: true });
    }
  });
}

test.run();
