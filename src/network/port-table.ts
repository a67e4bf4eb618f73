import { NetworkError } from "./network.ts";

/** The address that stands for every address of a host. */
export const everyAddress = "0.0.0.0";

/** Who has which port of one host and one protocol. A port taken on every address is taken on each. */
export class PortTable<T> {
  readonly #every = new Map<number, T>();
  /** By port, then by the one address it was taken on. */
  readonly #some = new Map<number, Map<string, T>>();

  /** Throws EADDRINUSE. The returned function gives the port back. */
  claim(ip: string, port: number, owner: T): () => void {
    const some = this.#some.get(port);
    if (this.#every.has(port) || some?.has(ip) || (some && ip === everyAddress)) {
      throw new NetworkError("EADDRINUSE", `bind: address already in use ${ip}:${port}`);
    }
    if (ip === everyAddress) {
      this.#every.set(port, owner);
      return () => {
        if (this.#every.get(port) === owner) this.#every.delete(port);
      };
    }
    if (some) some.set(ip, owner);
    else this.#some.set(port, new Map([[ip, owner]]));
    return () => {
      this.#release(ip, port, owner);
    };
  }

  find(ip: string, port: number): T | undefined {
    return this.#every.get(port) ?? this.#some.get(port)?.get(ip);
  }

  isFree(port: number): boolean {
    return !this.#every.has(port) && !this.#some.has(port);
  }

  owners(): readonly T[] {
    const owners = [...this.#every.values()];
    for (const some of this.#some.values()) owners.push(...some.values());
    return owners;
  }

  /** Who has what; the first of each is the address it was taken on. */
  entries(): readonly (readonly [ip: string, port: number, owner: T])[] {
    const every = [...this.#every].map(([port, owner]) => [everyAddress, port, owner] as const);
    const some = [...this.#some].flatMap(([port, byIp]) => [...byIp].map(([ip, owner]) => [ip, port, owner] as const));
    return [...every, ...some].toSorted(([, a], [, b]) => a - b);
  }

  #release(ip: string, port: number, owner: T): void {
    const some = this.#some.get(port);
    if (some?.get(ip) !== owner) return;
    some.delete(ip);
    if (some.size === 0) this.#some.delete(port);
  }
}
