const suffixAlphabet = "bcdfghjklmnpqrstvwxz2456789";

/** A seeded source of chance (mulberry32): the same seed gives the same names. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** At least 0, less than 1. */
  next(): number {
    return this.#word() / 2 ** 32;
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
    const bytes = new Uint8Array(length);
    for (let at = 0, word = 0; at < length; at++, word >>>= 8) {
      if (at % 4 === 0) word = this.#word();
      bytes[at] = word & 0xff;
    }
    return bytes;
  }

  /** `length` hexadecimal digits. */
  hex(length: number): string {
    let digits = "";
    while (digits.length < length) digits += this.#word().toString(16).padStart(8, "0");
    return digits.slice(0, length);
  }

  /** A version 4 UUID. */
  uuid(): string {
    const hex = this.hex(32);
    const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
    // Joined, not a template: that would keep every step of its making in memory, and every object has one of these.
    const parts = [
      hex.slice(0, 8),
      hex.slice(8, 12),
      `4${hex.slice(13, 16)}`,
      variant + hex.slice(17, 20),
      hex.slice(20),
    ];
    return parts.join("-");
  }

  /** A stream of its own, so that one user's draws don't move another's. */
  fork(label: string): Random {
    let hash = this.#state;
    for (const character of label) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
    return new Random(hash);
  }

  /** The next 32 bits. */
  #word(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  }
}
