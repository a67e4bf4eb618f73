import ipaddr from "ipaddr.js";

import { type FieldError, invalid } from "../api/status.ts";
import { ipAddress } from "./field-checks.ts";

/** An address in usual notation: no leading zeroes, no short forms. */
export function isIp(text: string): boolean {
  return ipFamilyOf(text) !== undefined;
}

export function ipFamilyOf(text: string): "IPv4" | "IPv6" | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return "IPv4";
  return text.includes(":") && ipaddr.IPv6.isValid(text) && !text.includes("%") ? "IPv6" : undefined;
}

/** `10.0.0.0/8` */
function isCidr(text: string): boolean {
  const [address = "", bits = "", ...more] = text.split("/");
  const family = ipFamilyOf(address);
  return (
    more.length === 0 &&
    family !== undefined &&
    /^\d{1,3}$/u.test(bits) &&
    Number(bits) <= (family === "IPv4" ? 32 : 128)
  );
}

export function cidrErrors(field: string, text: string): FieldError[] {
  return isCidr(text) ? [] : [invalid(field, text, "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)")];
}

/** Whether every address of one range is in the other, which is larger. */
export function isStrictlyWithin(inner: string, outer: string): boolean {
  const [innerBase, innerBits] = ipaddr.parseCIDR(inner);
  const [outerBase, outerBits] = ipaddr.parseCIDR(outer);
  return innerBase.kind() === outerBase.kind() && innerBits > outerBits && innerBase.match(outerBase, outerBits);
}

/** Addresses with a meaning of their own on every machine: no endpoint can be there. */
const special = [
  { ranges: ["127.0.0.0/8", "::1/128"], problem: "may not be in the loopback range (127.0.0.0/8, ::1/128)" },
  {
    ranges: ["169.254.0.0/16", "fe80::/10"],
    problem: "may not be in the link-local range (169.254.0.0/16, fe80::/10)",
  },
  {
    ranges: ["224.0.0.0/24", "ff02::/16"],
    problem: "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)",
  },
].map(({ ranges, problem }) => ({ ranges: ranges.map((range) => ipaddr.parseCIDR(range)), problem }));

/** An address, and one that traffic can be sent to. */
export function endpointAddressErrors(field: string, text: string): FieldError[] {
  return isIp(text) ? specialIpErrors(field, text) : ipAddress(field, text);
}

function specialIpErrors(field: string, text: string): FieldError[] {
  const address = ipFamilyOf(text) === "IPv4" ? ipaddr.IPv4.parse(text) : ipaddr.IPv6.parse(text);
  if (address.range() === "unspecified") return [invalid(field, text, `may not be unspecified (${text})`)];
  const found = special.filter(({ ranges }) => ranges.some((range) => isWithin(address, range)));
  return found.map(({ problem }) => invalid(field, text, problem));
}

function isWithin(address: ipaddr.IPv4 | ipaddr.IPv6, [base, bits]: [ipaddr.IPv4 | ipaddr.IPv6, number]): boolean {
  return base.kind() === address.kind() && address.match(base, bits);
}
