import type { CommandModule } from './command.ts';

/**
 * The commands that nobody waits for in a loop, each with the libraries it needs. scripts/build.mjs makes this file a bundle
 * of its own: Node reads and compiles every byte of a bundle before the first line runs, and `goshim verify` needs none of these.
 */
const modules = {
  go: () => import('./go.ts'),
  plan: () => import('./plan.ts'),
  ps: () => import('./ps.ts'),
  doctor: () => import('./doctor.ts'),
  enable: () => import('./enable.ts'),
  disable: () => import('./disable.ts'),
  completion: () => import('./completion.ts'),
} satisfies Record<string, () => Promise<CommandModule>>;

export function load(name: keyof typeof modules): Promise<CommandModule> {
  return modules[name]();
}
