import ipaddr from "ipaddr.js";

import type { RecordType } from "../../../network/dns-message.ts";
import { parseResolvConf, type ResolvConf } from "../../../network/resolver-files.ts";
import type { Process } from "../../../runtime/process.ts";

const named: readonly RecordType[] = ["A", "AAAA", "CNAME", "SRV", "PTR", "TXT", "SOA", "NS", "ANY"];
const numbered: Readonly<Record<string, RecordType>> = {
  MX: "TYPE15",
  CAA: "TYPE257",
  HTTPS: "TYPE65",
  AXFR: "TYPE252",
};

/** undefined: no type of that name. */
export function recordTypeOf(text: string): RecordType | undefined {
  const upper = text.toUpperCase();
  return named.find((type) => type === upper) ?? numbered[upper];
}

/** `MX` rather than `TYPE15`. */
export function recordTypeName(type: RecordType): string {
  return Object.entries(numbered).find(([, number]) => number === type)?.[0] ?? type;
}

/** `10.0.96.10.in-addr.arpa.`; undefined for what is no address. */
export function reverseName(address: string): string | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(address)) return `${address.split(".").toReversed().join(".")}.in-addr.arpa.`;
  if (!ipaddr.IPv6.isValid(address)) return undefined;
  const nibbles = Buffer.from(ipaddr.IPv6.parse(address).toByteArray()).toString("hex");
  return `${nibbles.split("").toReversed().join(".")}.ip6.arpa.`;
}

/** As the container has it. */
export function resolvConfOf({ files }: Process): ResolvConf {
  return parseResolvConf(files.exists("/etc/resolv.conf") ? files.readText("/etc/resolv.conf") : "");
}

/** The IP of a server given by address or by name. */
export async function serverAddress(process: Process, server: string): Promise<string | undefined> {
  if (ipaddr.isValid(server)) return server;
  const [first] = await process.network.lookup(server);
  return first;
}
