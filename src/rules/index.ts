import { agentVersion } from './agent-version.ts';
import { cgoEnabled } from './cgo-enabled.ts';
import { dynamicLinking } from './dynamic-linking.ts';
import { dynamicParent } from './dynamic-parent.ts';
import { gcCompiler } from './gc-compiler.ts';
import { libcInImage } from './libc-in-image.ts';
import { musl } from './musl.ts';
import { muslInternalLink } from './musl-internal-link.ts';
import { noGoRun } from './no-go-run.ts';
import { noLinkshared } from './no-linkshared.ts';
import { noPlugin } from './no-plugin.ts';
import { noRace } from './no-race.ts';
import { noStaticCgo } from './no-static-cgo.ts';
import { noVendor } from './no-vendor.ts';
import { officialRelease } from './official-release.ts';
import type { Rule } from './rule.ts';
import { runtimeLibc } from './runtime-libc.ts';
import { secureExecution } from './secure-execution.ts';
import { symbolTable } from './symbol-table.ts';
import { sysPtrace } from './sys-ptrace.ts';
import { threadcreate } from './threadcreate.ts';
import { wholeFile } from './whole-file.ts';

/**
 * Every rule, in planning order: each rewrites what the ones before it left. The compiler first (-ldflags are gc's), cgo before
 * what needs it, -static before the system's linker is forced. Reports keep this order.
 */
export const rules: readonly Rule[] = [
  gcCompiler,
  officialRelease,
  cgoEnabled,
  noStaticCgo,
  dynamicLinking,
  musl,
  muslInternalLink,
  noLinkshared,
  noPlugin,
  noVendor,
  noRace,
  symbolTable,
  noGoRun,
  threadcreate,
  agentVersion,
  runtimeLibc,
  wholeFile,
  libcInImage,
  sysPtrace,
  dynamicParent,
  secureExecution,
];
