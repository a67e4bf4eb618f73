import type { Clock } from "../sim/clock.ts";

/** A pod's one-way switch: once set, waits end and nothing is started any more. */
export class Stopping {
  /** What a container gets when nobody says otherwise. */
  readonly defaultGraceSeconds: number;
  readonly #waiting = new Set<() => void>();
  #isSet = false;

  constructor(defaultGraceSeconds: number) {
    this.defaultGraceSeconds = defaultGraceSeconds;
  }

  get isSet(): boolean {
    return this.#isSet;
  }

  set(): void {
    this.#isSet = true;
    for (const wake of Array.from(this.#waiting)) wake();
    this.#waiting.clear();
  }

  /** Calls `wake` when it is set; the returned function forgets it. */
  onSet(wake: () => void): () => void {
    if (this.#isSet) wake();
    else this.#waiting.add(wake);
    return () => {
      this.#waiting.delete(wake);
    };
  }

  /** Resolves when `work` does, or at once when the pod stops. */
  race(work: Promise<unknown>): Promise<void> {
    return new Promise((resolve, reject) => {
      const forget = this.onSet(resolve);
      work.then(() => resolve(), reject).finally(forget);
    });
  }

  /** Resolves after `delayMs`, or at once when the pod stops. */
  sleep(clock: Clock, delayMs: number): Promise<void> {
    if (this.#isSet) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = clock.after(delayMs, () => {
        forget();
        resolve();
      });
      const forget = this.onSet(() => {
        cancel();
        resolve();
      });
    });
  }
}
