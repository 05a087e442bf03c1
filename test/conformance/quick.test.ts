// @slow: cmd/go's own script tests, a few of them; `npm run conformance` has all.

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { complaintsOf, measure } from '../../scripts/conformance/measure.ts';
import { findRelease, toolchains } from '../../scripts/conformance/releases.ts';

const scripts = [
  'build_cwd_newline',
  'build_link_x_import_path_escape',
  'build_multi_main',
  'build_n_cgo',
  'build_no_go',
  'build_output_overwrite',
  'build_pie_race',
  'build_single_error',
  'cgo_stale_precompiled',
  'chdir',
  'install_cmd_gobin',
  'install_msan_and_race_and_asan_require_cgo',
  'install_relative_gobin_fail',
  'mod_run_path',
  'mod_run_pkgerror',
  'run_dirs',
  'run_hello',
  'run_hello_pkg',
  'run_issue51125',
  'run_vers',
  'work_build_no_modules',
];

const release = findRelease(toolchains.installed);
if (typeof release === 'string') {
  process.stdout.write(`SKIP some of Go's own command tests: ${release}\n`);
  test.skip("some of Go's own command tests");
} else {
  test("some of Go's own command tests, bare, switched off and on", async () => {
    const { modes } = await measure(release, { name: 'named', short: true, atLeast: 0 }, scripts, () => {});
    for (const { mode, same, listed, wrong, skipped, leftOut } of modes) {
      assert.equal([...wrong], [], mode);
      assert.equal(same + listed.length + skipped + leftOut, scripts.length, mode);
      assert.ok(same + listed.length > scripts.length / 2, `${mode}: ${same} are the same, too few`);
    }
  });

  test('the list of differences names scripts and lines of this release', () => {
    assert.equal(complaintsOf(release), []);
  });
}

test.run();
