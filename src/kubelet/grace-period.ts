import type { Clock } from "../sim/clock.ts";

const leastMs = 2000;

/** The time that containers have to end. It can only get shorter. */
export class GracePeriod {
  readonly #clock: Clock;
  readonly #waiting = new Set<() => void>();
  #deadline: number;
  #cancel = (): void => {};

  constructor(clock: Clock, durationMs: number) {
    this.#clock = clock;
    this.#deadline = clock.now() + durationMs;
  }

  get leftMs(): number {
    return Math.max(0, this.#deadline - this.#clock.now());
  }

  /** How long after SIGTERM comes SIGKILL: 2 s at least, whatever hooks have used up. */
  get killAfterMs(): number {
    return Math.max(this.leftMs, leastMs);
  }

  /** False: it was as short already. */
  shorten(durationMs: number): boolean {
    if (this.leftMs <= durationMs) return false;
    this.#deadline = this.#clock.now() + durationMs;
    if (this.#waiting.size > 0) this.#arm();
    return true;
  }

  /** Resolves when `work` does, or when time is up. */
  race(work: Promise<unknown>): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.add(resolve);
      this.#arm();
      work
        .then(() => resolve(), reject)
        .finally(() => {
          this.#waiting.delete(resolve);
          if (this.#waiting.size === 0) this.#cancel();
        });
    });
  }

  #arm(): void {
    this.#cancel();
    this.#cancel = this.#clock.after(this.leftMs, () => {
      for (const wake of this.#waiting) wake();
    });
  }
}
