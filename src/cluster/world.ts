import type { Clock } from "../sim/clock.ts";
import type { Log } from "../sim/log.ts";
import type { Random } from "../sim/random.ts";

/** What a cluster is given from outside: time, chance and somewhere to tell. */
export interface World {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}
