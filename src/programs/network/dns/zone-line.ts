import type { DnsQuestion, DnsRecord } from "../../../network/dns-message.ts";
import { recordTypeName } from "./question.ts";

const tabWidth = 8;

/** A record as dig tells it: `web.example.\t\t30\tIN\tA\t10.0.0.1`. */
export function zoneLine(record: DnsRecord): string {
  const words = [record.name, String(record.ttl), "IN", recordTypeName(record.type), recordText(record)];
  return inColumns(words, [24, 32, 40, 48]);
}

/** A question as dig tells it. */
export function questionLine({ name, type }: DnsQuestion): string {
  return inColumns([`;${name}`, "IN", recordTypeName(type)], [32, 40]);
}

/** Each word at its column, by tabs; a space where the line is there already. */
function inColumns(words: readonly string[], columns: readonly number[]): string {
  let line = "";
  let at = 0;
  for (const [index, word] of words.entries()) {
    line += word;
    at += word.length;
    const column = columns[index];
    if (column === undefined) break;
    const tabs = Math.ceil((column - at) / tabWidth);
    line += tabs > 0 ? "\t".repeat(tabs) : " ";
    at = tabs > 0 ? column : at + 1;
  }
  return line;
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
