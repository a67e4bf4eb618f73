import type { Clock } from "../sim/clock.ts";

const firstRetryMs = 5;
const longestRetryMs = 1_000_000;

export interface WorkQueueOptions {
  readonly clock: Clock;
  /** Does the work for one key. When it rejects, the key comes back later and later (5 ms doubling to 1000 s). */
  handle(key: string): Promise<void>;
  onError(key: string, error: unknown): void;
}

/**
 * A queue of keys in which a key waits at most once and is never handled twice
 * at the same time: one added while in hand goes back in when done.
 */
export class WorkQueue {
  readonly #options: WorkQueueOptions;
  readonly #waiting = new Set<string>();
  readonly #delayed = new Map<string, { dueAt: number; cancel: () => void }>();
  readonly #failures = new Map<string, number>();
  #draining = false;
  #stopped = false;

  constructor(options: WorkQueueOptions) {
    this.#options = options;
  }

  add(key: string): void {
    if (this.#stopped) return;
    this.#waiting.add(key);
    if (!this.#draining) void this.#drain();
  }

  /** Adds a key after a while; of several waits for one key the soonest counts. */
  addAfter(key: string, delayMs: number): void {
    const dueAt = this.#options.clock.now() + delayMs;
    const earlier = this.#delayed.get(key);
    if (this.#stopped || (earlier && earlier.dueAt <= dueAt)) return;
    earlier?.cancel();
    const cancel = this.#options.clock.after(delayMs, () => {
      this.#delayed.delete(key);
      this.add(key);
    });
    this.#delayed.set(key, { dueAt, cancel });
  }

  stop(): void {
    this.#stopped = true;
    this.#waiting.clear();
    for (const { cancel } of this.#delayed.values()) cancel();
    this.#delayed.clear();
  }

  /** Starts when the work now in hand is done, so that many changes to one key, made together, are handled once. */
  async #drain(): Promise<void> {
    this.#draining = true;
    await new Promise<void>((resolve) => {
      this.#options.clock.soon(resolve);
    });
    for (const key of this.#waiting) {
      this.#waiting.delete(key);
      await this.#handle(key);
    }
    this.#draining = false;
  }

  async #handle(key: string): Promise<void> {
    try {
      await this.#options.handle(key);
      this.#failures.delete(key);
    } catch (error) {
      const failures = this.#failures.get(key) ?? 0;
      this.#failures.set(key, failures + 1);
      this.#options.onError(key, error);
      this.addAfter(key, Math.min(firstRetryMs * 2 ** failures, longestRetryMs));
    }
  }
}
