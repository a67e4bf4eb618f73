import type { Random } from "../sim/random.ts";
import type { Address } from "./network.ts";

const first = 32_768;
const last = 60_999;

/** The ports that hosts take for what they begin themselves, one after the other, as Linux's ip_local_port_range. */
export class EphemeralPorts {
  readonly #start: number;
  /** The one used last, by IP. */
  readonly #latest = new Map<string, number>();

  constructor(random: Random) {
    this.#start = first + random.integer(last - first);
  }

  next(ip: string): Address {
    const before = this.#latest.get(ip) ?? this.#start;
    const port = before === last ? first : before + 1;
    this.#latest.set(ip, port);
    return { ip, port };
  }

  /** undefined: all are taken. */
  nextFree(ip: string, isFree: (port: number) => boolean): number | undefined {
    for (let tries = first; tries <= last; tries++) {
      const { port } = this.next(ip);
      if (isFree(port)) return port;
    }
    return undefined;
  }
}
