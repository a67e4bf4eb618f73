import type { DnsRecord } from "../../../network/dns-message.ts";

/** A record as nslookup tells it, without its newline. */
export function recordLine(record: DnsRecord): string {
  const name = bare(record.name);
  switch (record.type) {
    case "A":
    case "AAAA":
      return `Name:\t${name}\nAddress: ${record.address}`;
    case "CNAME":
      return `${name}\tcanonical name = ${record.target}`;
    case "PTR":
      return `${name}\tname = ${record.target}`;
    case "NS":
      return `${name}\tnameserver = ${record.target}`;
    case "SRV":
      return `${name}\tservice = ${record.priority} ${record.weight} ${record.port} ${record.target}`;
    case "TXT":
      return `${name}\ttext = ${record.texts.map((text) => JSON.stringify(text)).join(" ")}`;
    case "SOA":
      return [
        `${name}\n\torigin = ${bare(record.primary)}`,
        `mail addr = ${bare(record.mailbox)}`,
        `serial = ${record.serial}`,
        `refresh = ${record.refresh}`,
        `retry = ${record.retry}`,
        `expire = ${record.expire}`,
        `minimum = ${record.minimum}`,
      ].join("\n\t");
    default:
      return `${name}\trdata_${record.type.slice("TYPE".length)} = \\# ${record.bytes.length}`;
  }
}

/** Without its final dot. */
export function bare(name: string): string {
  return name.length > 1 && name.endsWith(".") ? name.slice(0, -1) : name;
}
