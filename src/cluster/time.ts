import { RealClock } from "../sim/real-clock.ts";
import type { VirtualClock } from "../sim/virtual-clock.ts";

/** How far virtual time may be moved for one piece of work before it counts as stuck. */
const longestDriveMs = 24 * 3_600_000;

/** Most work needs no time at all, and a turn of the event loop costs more than it does. */
const turnsWithoutTime = 32;

/** On a real clock work that is due now has been done when two turns of the event loop pass. */
export async function settled(clock: RealClock | VirtualClock): Promise<void> {
  if (!(clock instanceof RealClock)) return clock.settle();
  for (let turn = 0; turn < 2; turn++) await new Promise<void>((resolve) => clock.soon(resolve));
}

/** Waits for work; a virtual clock is moved from timer to timer for as long as that takes. Rejects when a day has passed. */
export async function drive<T>(work: Promise<T>, clock: RealClock | VirtualClock): Promise<T> {
  if (clock instanceof RealClock) return work;
  const state = { isDone: false };
  const finish = (): void => {
    state.isDone = true;
  };
  void work.then(finish, finish);
  for (let turn = 0; turn < turnsWithoutTime && !state.isDone; turn++) await Promise.resolve();
  const deadline = clock.now() + longestDriveMs;
  while (!state.isDone) {
    await clock.settle();
    const next = clock.nextDueAt;
    if (state.isDone || next === undefined) break;
    if (next > deadline) throw new Error("the work has not ended after a day of virtual time");
    await clock.advance(next - clock.now());
  }
  return work;
}
