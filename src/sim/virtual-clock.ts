/* oxlint-disable no-restricted-globals -- the clock is where the rule ends */
import type { Clock } from "./clock.ts";
import { TimerQueue } from "./timer-queue.ts";

/** Turns of the event loop without any work before the cluster counts as idle. */
const quietTurns = 3;

/** Time that stands still until told to move. Timers due together fire in the order they were set. */
export class VirtualClock implements Clock {
  #now: number;
  #activity = 0;
  #pending = 0;
  readonly #timers = new TimerQueue();

  /** Starts at 2025-01-01T00:00:00Z unless told otherwise. */
  constructor(startMs: number = Date.UTC(2025, 0, 1)) {
    this.#now = startMs;
  }

  now(): number {
    return this.#now;
  }

  after(delayMs: number, fire: () => void): () => void {
    this.#activity++;
    return this.#timers.add(this.#now + Math.max(0, delayMs), fire);
  }

  soon(fire: () => void): void {
    this.#pending++;
    setImmediate(() => {
      this.#pending--;
      this.#activity++;
      fire();
    });
  }

  hold(): () => void {
    let held = 1;
    this.#pending++;
    return () => {
      this.#pending -= held;
      this.#activity += held;
      held = 0;
    };
  }

  /** When the next timer is due, if any. */
  get nextDueAt(): number | undefined {
    return this.#timers.nextDueAt;
  }

  /** Runs everything that is due at this moment, until nothing is left to do without time passing. */
  settle(): Promise<void> {
    return new Promise((resolve, reject) => {
      let quiet = 0;
      let before = this.#activity;
      const turn = (): void => {
        try {
          this.#fireNext();
        } catch (error) {
          reject(error);
          return;
        }
        quiet = this.#activity === before && this.#pending === 0 ? quiet + 1 : 0;
        before = this.#activity;
        if (quiet < quietTurns) setImmediate(turn);
        else resolve();
      };
      setImmediate(turn);
    });
  }

  /** Moves time forward, firing timers in order and letting their work settle in between. */
  async advance(durationMs: number): Promise<void> {
    const target = this.#now + durationMs;
    await this.settle();
    for (let due = this.nextDueAt; due !== undefined && due <= target; due = this.nextDueAt) {
      this.#now = due;
      await this.settle();
    }
    this.#now = target;
  }

  /** One timer that is due, if any; what follows from it comes before the next. */
  #fireNext(): void {
    const due = this.#timers.takeDue(this.#now);
    if (!due) return;
    this.#activity++;
    due();
  }
}
