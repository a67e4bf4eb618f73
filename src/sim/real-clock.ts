/* oxlint-disable no-restricted-globals, no-restricted-properties -- the clock is where the rule ends */
import type { Clock } from "./clock.ts";

const longestTimeoutMs = 2 ** 31 - 1;

/** The machine's time. Its timers keep the process alive until `stop()`. */
export class RealClock implements Clock {
  readonly #timers = new Set<NodeJS.Timeout>();
  #stopped = false;

  now(): number {
    return Date.now();
  }

  after(delayMs: number, fire: () => void): () => void {
    if (this.#stopped) return () => {};
    const wait = Math.min(Math.max(0, delayMs), longestTimeoutMs);
    let cancelLater: (() => void) | undefined;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      if (wait < delayMs) cancelLater = this.after(delayMs - wait, fire);
      else fire();
    }, wait);
    this.#timers.add(timer);
    return () => {
      clearTimeout(timer);
      this.#timers.delete(timer);
      cancelLater?.();
    };
  }

  soon(fire: () => void): void {
    setImmediate(() => {
      if (!this.#stopped) fire();
    });
  }

  /** This time waits for nobody. */
  hold(): () => void {
    return () => {};
  }

  /** Cancels every timer; later ones never fire. */
  stop(): void {
    this.#stopped = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}
