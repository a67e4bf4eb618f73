import type { DnsRecord } from "../../../network/dns-message.ts";
import { recordTypeName } from "./question.ts";

/** A record as dig tells it: `web.example.\t30\tIN\tA\t10.0.0.1`. */
export function zoneLine(record: DnsRecord): string {
  const name = record.name.padEnd(23);
  const gap = record.name.length > 23 ? " " : "\t";
  return `${record.name.length > 23 ? record.name : name}${gap}${record.ttl}\tIN\t${recordTypeName(record.type)}\t${recordText(record)}`;
}

/** What a record says, without its name and type. */
export function recordText(record: DnsRecord): string {
  switch (record.type) {
    case "A":
    case "AAAA":
      return record.address;
    case "CNAME":
    case "PTR":
    case "NS":
      return record.target;
    case "SRV":
      return `${record.priority} ${record.weight} ${record.port} ${record.target}`;
    case "TXT":
      return record.texts.map((text) => JSON.stringify(text)).join(" ");
    case "SOA": {
      const { primary, mailbox, serial, refresh, retry, expire, minimum } = record;
      return [primary, mailbox, serial, refresh, retry, expire, minimum].join(" ");
    }
    default:
      return `\\# ${record.bytes.length} ${Buffer.from(record.bytes).toString("hex").toUpperCase()}`;
  }
}
