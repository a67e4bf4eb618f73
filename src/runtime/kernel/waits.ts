import { Killed, type Signal } from "../process.ts";

interface Pending {
  readonly result: Promise<unknown>;
  readonly reject: (error: Killed) => void;
  readonly abandon: (() => void) | undefined;
}

/**
 * The calls a process waits in. A kill rejects them with `Killed`, and every later one; while the process is stopped
 * none returns; after its program has returned, what it left behind waits for ever.
 */
export class Waits {
  /** Rarely more than one. */
  #pending: Pending[] = [];
  /** What is to go on when the process does; undefined: it is not stopped. */
  #held: (() => void)[] | undefined;
  #over: Killed | "returned" | undefined;

  get isStopped(): boolean {
    return this.#held !== undefined;
  }

  /** undefined: go on. */
  gate(): Promise<void> | undefined {
    if (this.#over === undefined && !this.#held) return undefined;
    return this.for(Promise.resolve());
  }

  for<T>(work: Promise<T>, abandon?: () => void): Promise<T> {
    if (this.#over !== undefined) return refuse(this.#over, work, abandon);
    let reject = (_error: unknown): void => {};
    let resolve = (_value: T): void => {};
    const result = new Promise<T>((onValue, onError) => {
      resolve = onValue;
      reject = onError;
    });
    const pending: Pending = { result, reject, abandon };
    this.#pending.push(pending);
    work.then(
      (value) => {
        if (this.#held) this.#held.push(() => this.#forget(pending) && resolve(value));
        else if (this.#forget(pending)) resolve(value);
      },
      (error: unknown) => {
        if (this.#held) this.#held.push(() => this.#forget(pending) && reject(error));
        else if (this.#forget(pending)) reject(error);
      },
    );
    return result;
  }

  /** False: it has been rejected already. */
  #forget(pending: Pending): boolean {
    const at = this.#pending.indexOf(pending);
    if (at >= 0) this.#pending.splice(at, 1);
    return at >= 0;
  }

  stop(): void {
    this.#held ??= [];
  }

  continue(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const go of held) go();
  }

  end(how: Signal | "returned"): void {
    this.#over = how === "returned" ? how : new Killed(how);
    this.#held = undefined;
    const pending = this.#pending;
    this.#pending = [];
    for (const { result, reject, abandon } of pending) {
      abandon?.();
      // A kill also rejects what nobody waits for any more.
      result.catch(() => {});
      if (this.#over instanceof Killed) reject(this.#over);
    }
  }
}

function refuse<T>(over: Killed | "returned", work: Promise<T>, abandon?: () => void): Promise<T> {
  abandon?.();
  work.catch(() => {});
  const refused = over === "returned" ? new Promise<T>(() => {}) : Promise.reject<T>(over);
  refused.catch(() => {});
  return refused;
}
