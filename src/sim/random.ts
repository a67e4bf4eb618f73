const suffixAlphabet = "bcdfghjklmnpqrstvwxz2456789";

/** A seeded source of chance (mulberry32): the same seed gives the same names. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** At least 0, less than 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  /** At least 0, less than `bound`. */
  integer(bound: number): number {
    return Math.floor(this.next() * bound);
  }

  /** The characters Kubernetes appends to a generated name (no vowels, no look-alikes). */
  suffix(length = 5): string {
    let out = "";
    for (let i = 0; i < length; i++) out += suffixAlphabet[this.integer(suffixAlphabet.length)];
    return out;
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.integer(256));
  }

  /** A version 4 UUID. */
  uuid(): string {
    const bytes = this.bytes(16);
    bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
    bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
    const hex = Buffer.from(bytes).toString("hex");
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  }

  /** A stream of its own, so that one user's draws don't move another's. */
  fork(label: string): Random {
    let hash = this.#state;
    for (const character of label) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
    return new Random(hash);
  }
}
