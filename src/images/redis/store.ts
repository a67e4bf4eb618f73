import type { Process } from "../../runtime/process.ts";

export type RedisValue = string | readonly string[] | ReadonlySet<string> | ReadonlyMap<string, string>;

interface Entry {
  readonly value: RedisValue;
  /** Ms of the cluster's clock; undefined: it stays. */
  readonly until: number | undefined;
}

/** Keys and values; those whose time is over are gone when they are next looked at. */
export class RedisStore {
  readonly #clock: Process["clock"];
  readonly #entries = new Map<string, Entry>();

  constructor(clock: Process["clock"]) {
    this.#clock = clock;
  }

  get(key: string): RedisValue | undefined {
    return this.#live(key)?.value;
  }

  set(key: string, value: RedisValue, until?: number): void {
    this.#entries.set(key, { value, until });
  }

  /** Another value, the same lifetime. */
  update(key: string, value: RedisValue): void {
    this.#entries.set(key, { value, until: this.#live(key)?.until });
  }

  delete(key: string): boolean {
    const isThere = this.#live(key) !== undefined;
    this.#entries.delete(key);
    return isThere;
  }

  clear(): void {
    this.#entries.clear();
  }

  keys(): readonly string[] {
    return [...this.#entries.keys()].filter((key) => this.#live(key));
  }

  /** False: no such key. */
  expireAt(key: string, until: number | undefined): boolean {
    const entry = this.#live(key);
    if (entry) this.#entries.set(key, { ...entry, until });
    return entry !== undefined;
  }

  /** Ms left; -1: it stays; -2: no such key. */
  timeLeft(key: string): number {
    const entry = this.#live(key);
    if (!entry) return -2;
    return entry.until === undefined ? -1 : entry.until - this.#clock.now();
  }

  #live(key: string): Entry | undefined {
    const entry = this.#entries.get(key);
    if (entry?.until === undefined || entry.until > this.#clock.now()) return entry;
    this.#entries.delete(key);
    return undefined;
  }
}
