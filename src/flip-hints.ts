import spawn from 'cross-spawn';
import type { Workshop } from './building.ts';
import type { PlannedBuild } from './planning.ts';
import { line } from './report/lines.ts';

/**
 * After a build that failed with CGO_ENABLED=0 overruled: which packages now compile C or want a library through pkg-config, and
 * the ways out, in one line (D12; reference of the causes: cmd/cgo). Nothing when no package outside std does.
 */
export function flipHints({ plan, line: { command }, asked }: PlannedBuild, workshop: Workshop): string[] {
  const flipped = plan.changes.some(({ subject, overruled }) => overruled && subject === 'CGO_ENABLED=0');
  if (!flipped || asked.packages.some(word => word.includes('@'))) return [];
  const before = new Set(cgoPackages(asked.packages, workshop, '0'));
  const found = cgoPackages(asked.packages, workshop, '1').filter(each => !before.has(each));
  if (found.length === 0) return [];
  const shown = found.slice(0, 5).join(', ') + (found.length > 5 ? `, and ${found.length - 5} more` : '');
  return [
    line(
      'cgo-enabled',
      `with cgo on, these packages compile C or want a library: ${shown}; install what the ${command} misses, or GOSHIM_ON_FAIL=warn with the rule off (\`"rules": {"cgo-enabled": "warn"}\`), or GOSHIM=off`,
    ),
  ];
}

/** `path` or `path (pkg-config: libpcsclite)` of each package outside std that has cgo files. */
function cgoPackages(
  packages: readonly string[],
  { real, environment, directory }: Workshop,
  cgo: '0' | '1',
): string[] {
  const form =
    '{{if and (not .Standard) (or .CgoFiles .CFiles .CXXFiles)}}{{.ImportPath}}{{with .CgoPkgConfig}} (pkg-config: {{range .}}{{.}} {{end}}){{end}}{{end}}';
  const { stdout } = spawn.sync(real, ['list', '-e', '-deps', '-f', form, '--', ...packages], {
    cwd: directory,
    env: { ...environment, PWD: directory, CGO_ENABLED: cgo },
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return (stdout ?? '')
    .split('\n')
    .filter(Boolean)
    .map(each => each.replace(' )', ')'));
}
