import ipaddr from "ipaddr.js";

/** Says whether an address is in one of some ranges (CIDR). What is no address is in none. */
export function rangeCheck(ranges: readonly string[]): (ip: string) => boolean {
  const parsed = ranges.map((range) => ipaddr.parseCIDR(range));
  return (ip) => {
    if (!ipaddr.isValid(ip)) return false;
    const address = ipaddr.parse(ip);
    return parsed.some((range) => address.kind() === range[0].kind() && address.match(range));
  };
}
