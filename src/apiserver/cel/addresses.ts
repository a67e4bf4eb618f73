import type { Environment } from "@marcbachmann/cel-js";
import ipaddr from "ipaddr.js";

type Address = ipaddr.IPv4 | ipaddr.IPv6;

class Ip {
  readonly address: Address;

  constructor(text: string) {
    if (!ipaddr.isValid(text)) throw new RangeError(`IP Address ${JSON.stringify(text)} parse error: not a valid IP`);
    this.address = ipaddr.parse(text);
  }
}

class Cidr {
  readonly address: Address;
  readonly bits: number;

  constructor(text: string) {
    if (!ipaddr.isValidCIDR(text))
      throw new RangeError(`network address parse error during conversion from string: ${text}`);
    [this.address, this.bits] = ipaddr.parseCIDR(text);
  }

  contains(other: Address): boolean {
    return other.kind() === this.address.kind() && other.match(this.address, this.bits);
  }
}

/** https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-ip-address-library */
export function registerAddresses(environment: Environment): void {
  environment
    .registerType("net.IP", Ip)
    .registerType("net.CIDR", Cidr)
    .registerFunction("ip(string): net.IP", (text: string) => new Ip(text))
    .registerFunction("isIP(string): bool", (text: string) => ipaddr.isValid(text))
    .registerFunction("net.IP.family(): int", ({ address }: Ip) => familyOf(address))
    .registerFunction("net.IP.isLoopback(): bool", ({ address }: Ip) => address.range() === "loopback")
    .registerFunction("net.IP.isUnspecified(): bool", ({ address }: Ip) => address.range() === "unspecified")
    .registerFunction("string(net.IP): string", ({ address }: Ip) => address.toString())
    .registerFunction("cidr(string): net.CIDR", (text: string) => new Cidr(text))
    .registerFunction("isCIDR(string): bool", (text: string) => ipaddr.isValidCIDR(text))
    .registerFunction("net.CIDR.containsIP(string): bool", (cidr: Cidr, text: string) =>
      cidr.contains(new Ip(text).address),
    )
    .registerFunction("net.CIDR.containsIP(net.IP): bool", (cidr: Cidr, { address }: Ip) => cidr.contains(address))
    .registerFunction("net.CIDR.containsCIDR(string): bool", (cidr: Cidr, text: string) =>
      containsCidr(cidr, new Cidr(text)),
    )
    .registerFunction("net.CIDR.prefixLength(): int", ({ bits }: Cidr) => BigInt(bits))
    .registerFunction("net.CIDR.ip(): net.IP", ({ address }: Cidr) => new Ip(address.toString()));
}

function familyOf(address: Address): bigint {
  return address.kind() === "ipv4" ? 4n : 6n;
}

function containsCidr(outer: Cidr, inner: Cidr): boolean {
  return inner.bits >= outer.bits && outer.contains(inner.address);
}
