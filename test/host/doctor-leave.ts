import type { Bench } from '../../src/commands/doctor.ts';
import type { World } from './doctor-world.ts';

/** A check, and a change of the machine that makes it leave `ok`. */
export interface Leave {
  readonly id: string;
  readonly what: string;
  readonly status: string;
  readonly message: RegExp;
  readonly fix?: RegExp;
  readonly bench?: Bench;
  change(world: World): unknown;
}
