import ipaddr from "ipaddr.js";

/** What a pool has given out, as plain data. */
export interface AddressPoolState {
  /** Offset of the address to try next. */
  readonly next: number;
  readonly taken: readonly string[];
}

/** The network itself and its gateway. */
const firstOffset = 2;

/**
 * Gives out the addresses of an IPv4 range one after the other. One given back is not used again until the whole range
 * has been walked, so that a stale address answers nobody for as long as possible. `.0`, `.1` and the broadcast address
 * are never given.
 */
export class AddressPool {
  readonly cidr: string;
  readonly #base: number;
  readonly #end: number;
  readonly #taken: Set<string>;
  #next: number;

  constructor(cidr: string, state: AddressPoolState = { next: firstOffset, taken: [] }) {
    const [address, bits] = ipaddr.IPv4.parseCIDR(cidr);
    const size = 2 ** (32 - bits);
    this.cidr = cidr;
    this.#base = Math.floor(toNumber(address.octets) / size) * size;
    this.#end = size - 1;
    this.#next = state.next;
    this.#taken = new Set(state.taken);
  }

  /** undefined: every address is taken. */
  take(): string | undefined {
    for (let tries = firstOffset; tries < this.#end; tries++) {
      if (this.#next >= this.#end) this.#next = firstOffset;
      const ip = toText(this.#base + this.#next++);
      if (this.reserve(ip)) return ip;
    }
    return undefined;
  }

  /** Takes one address in particular. False: somebody has it. */
  reserve(ip: string): boolean {
    if (this.#taken.has(ip)) return false;
    this.#taken.add(ip);
    return true;
  }

  release(ip: string): void {
    this.#taken.delete(ip);
  }

  snapshot(): AddressPoolState {
    return { next: this.#next, taken: [...this.#taken] };
  }
}

function toNumber(octets: readonly number[]): number {
  return octets.reduce((sum, octet) => sum * 256 + octet, 0);
}

function toText(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join(".");
}
