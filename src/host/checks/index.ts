import { agent } from './agent.ts';
import { agentRelease } from './agent-release.ts';
import { bypasses } from './bypasses.ts';
import { cCompiler } from './c-compiler.ts';
import { cgoEnabled } from './cgo-enabled.ts';
import type { Check } from './check.ts';
import { container } from './container.ts';
import { cpus } from './cpus.ts';
import { crossCompilers } from './cross-compilers.ts';
import { goOnPath } from './go-on-path.ts';
import { goenv } from './goenv.ts';
import { goflags } from './goflags.ts';
import { hostLibc } from './host-libc.ts';
import { kernel } from './kernel.ts';
import { kubernetes } from './kubernetes.ts';
import { linker } from './linker.ts';
import { loginShell } from './login-shell.ts';
import { memory } from './memory.ts';
import { node } from './node.ts';
import { parentChain } from './parent-chain.ts';
import { preload } from './preload.ts';
import { realGo } from './real-go.ts';
import { settings } from './settings.ts';
import { strip } from './strip.ts';
import { sysPtrace } from './sys-ptrace.ts';
import { toolchain } from './toolchain.ts';

/** Every check, in the order of the report: what a build needs, what is said to it, where it runs. */
export const checks: readonly Check[] = [
  goOnPath,
  realGo,
  toolchain,
  node,
  settings,
  cCompiler,
  crossCompilers,
  linker,
  strip,
  cgoEnabled,
  goflags,
  goenv,
  bypasses,
  loginShell,
  hostLibc,
  kernel,
  container,
  sysPtrace,
  parentChain,
  cpus,
  memory,
  agent,
  agentRelease,
  preload,
  kubernetes,
];
