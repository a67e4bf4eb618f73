import type { Clock } from "../sim/clock.ts";

interface Renewal {
  readonly dueAt: number;
  readonly renew: () => void;
}

/** Work that comes due for many pods of a node; one timer serves them all. */
export class Renewals {
  readonly #clock: Clock;
  readonly #renewals = new Set<Renewal>();
  #armedFor = Infinity;
  #cancel = (): void => {};

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls `renew` once. The returned function takes it back. */
  add(dueAt: number, renew: () => void): () => void {
    const renewal = { dueAt, renew };
    this.#renewals.add(renewal);
    if (dueAt < this.#armedFor) this.#arm(dueAt);
    return () => {
      this.#renewals.delete(renewal);
    };
  }

  stop(): void {
    this.#cancel();
    this.#armedFor = Infinity;
    this.#renewals.clear();
  }

  #arm(dueAt: number): void {
    this.#cancel();
    this.#armedFor = dueAt;
    this.#cancel = this.#clock.after(dueAt - this.#clock.now(), () => this.#fire());
  }

  #fire(): void {
    const now = this.#clock.now();
    this.#armedFor = Infinity;
    const due = [...this.#renewals].filter(({ dueAt }) => dueAt <= now);
    for (const renewal of due) this.#renewals.delete(renewal);
    const next = Math.min(...[...this.#renewals].map(({ dueAt }) => dueAt));
    if (next < Infinity) this.#arm(next);
    for (const { renew } of due) renew();
  }
}
