import { Killed, type Signal } from "../process.ts";

/** A call that has not returned. */
class Pending<T> {
  readonly result: Promise<T>;
  abandon: (() => void) | undefined;
  resolve: (value: T) => void = () => {};
  reject: (error: unknown) => void = () => {};

  constructor() {
    this.result = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }
}

/**
 * The calls a process waits in. A kill rejects them with `Killed`, and every later one; while the process is stopped
 * none returns; after its program has returned, what it left behind waits for ever.
 */
export class Waits {
  /** Rarely more than one. */
  #pending: Pick<Pending<unknown>, "result" | "abandon" | "reject">[] = [];
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
    const pending = this.#begin<T>();
    pending.abandon = abandon;
    work.then(
      (value) => this.#finish(pending, () => pending.resolve(value)),
      (error: unknown) => this.#finish(pending, () => pending.reject(error)),
    );
    return pending.result;
  }

  /** Waits until what `begin` has begun calls back; what that returns gives it up. */
  until(begin: (wake: () => void) => (() => void) | undefined): Promise<void> {
    if (this.#over !== undefined) return refuse(this.#over, Promise.resolve());
    const pending = this.#begin<void>();
    pending.abandon = begin(() => this.#finish(pending, () => pending.resolve()));
    return pending.result;
  }

  #begin<T>(): Pending<T> {
    const pending = new Pending<T>();
    this.#pending.push(pending);
    return pending;
  }

  /** Unless it has been rejected already; later, while the process is stopped. */
  #finish<T>(pending: Pending<T>, settle: () => void): void {
    if (this.#held) {
      this.#held.push(() => this.#finish(pending, settle));
      return;
    }
    const at = this.#pending.indexOf(pending);
    if (at < 0) return;
    this.#pending.splice(at, 1);
    settle();
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
      void Promise.allSettled([result]);
      if (this.#over instanceof Killed) reject(this.#over);
    }
  }
}

function refuse<T>(over: Killed | "returned", work: Promise<T>, abandon?: () => void): Promise<T> {
  abandon?.();
  // Whoever should have seen them fail is gone.
  void Promise.allSettled([work]);
  const refused = over === "returned" ? new Promise<T>(() => {}) : Promise.reject<T>(over);
  void Promise.allSettled([refused]);
  return refused;
}
