import ipaddr from "ipaddr.js";

/** An IPv4 range by offset: `10.96.0.0/12`. */
export class IpRange {
  readonly cidr: string;
  readonly size: number;
  readonly #base: number;
  readonly #parsed: [ipaddr.IPv4, number];

  constructor(cidr: string) {
    this.cidr = cidr;
    this.#parsed = ipaddr.IPv4.parseCIDR(cidr);
    const [address, bits] = this.#parsed;
    this.size = 2 ** (32 - bits);
    this.#base = address.octets.reduce((sum, octet) => sum * 256 + octet, 0);
  }

  /** Addresses below this offset are kept for those who ask for one. https://kubernetes.io/blog/2022/05/23/service-ip-dynamic-and-static-allocation/ */
  get dynamicFrom(): number {
    return Math.min(Math.max(16, Math.floor(this.size / 16)), 256) + 1;
  }

  at(offset: number): string {
    const value = this.#base + offset;
    return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join(".");
  }

  contains(ip: string): boolean {
    return ipaddr.IPv4.isValidFourPartDecimal(ip) && ipaddr.IPv4.parse(ip).match(this.#parsed);
  }
}
