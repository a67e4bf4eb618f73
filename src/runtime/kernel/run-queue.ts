import type { Clock } from "../../sim/clock.ts";

/** How many of a container's processes may run before other containers have a turn. */
const mostAtOnce = 8;

/** Processes of one container that wait for the processor: however many there are, others get their turns as well. */
export class RunQueue {
  readonly #clock: Clock;
  readonly #waiting: (() => void)[] = [];
  #due = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  readonly nextTurn = (wake: () => void): undefined => {
    this.add(wake);
  };

  /** Wakes in the next turn, or in a later one when too many wait. */
  add(wake: () => void): void {
    if (this.#due >= mostAtOnce) {
      this.#waiting.push(wake);
      return;
    }
    this.#due++;
    this.#clock.soon(() => {
      this.#due--;
      const next = this.#waiting.shift();
      if (next) this.add(next);
      wake();
    });
  }

  /** Wakes now, unless others wait already. */
  enter(wake: () => void): void {
    if (this.#waiting.length > 0) this.add(wake);
    else wake();
  }
}
