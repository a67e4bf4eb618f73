import type { DnsRecord, RecordType } from "../../network/dns-message.ts";
import { NetworkError } from "../../network/network.ts";
import type { Process } from "../../runtime/process.ts";
import type { Tool } from "../../runtime/tool.ts";
import { OptionError, parseOptions } from "../options.ts";
import { bindLookup } from "./bind-lookup.ts";
import { recordTypeOf, resolvConfOf, reverseName, serverAddress } from "./dns/question.ts";
import { bare } from "./dns/record-line.ts";
import { recordText } from "./dns/zone-line.ts";

const usage =
  "Usage: host [-aCdilrTvVw] [-c class] [-N ndots] [-t type] [-W time]\n            [-R number] [-m flag] [-p port] hostname [server]\n";

/** BIND's host: one sentence a record. */
export const host: Tool = { names: ["host"], bases: [], directory: "/usr/bin", run };

async function run(process: Process): Promise<number> {
  try {
    const options = parseOptions(process.argv.slice(1), { short: "aCdilrTvVwsc:N:t:W:R:m:p:46" });
    const [name, server] = options.operands;
    const type = recordTypeOf(options.value("t") ?? (options.has("a") ? "ANY" : "A"));
    if (name === undefined) {
      await process.warn(usage);
      return 1;
    }
    if (type === undefined) {
      await process.warn(`host: invalid type: ${options.value("t") ?? ""}\n`);
      return 2;
    }
    const types: readonly RecordType[] = options.has("t") || options.has("a") ? [type] : ["A", "AAAA"];
    const [port, seconds] = [Number(options.value("p") ?? 53), Number(options.value("W") ?? 5)];
    return await lookUp(process, { name, server, types, port, timeoutMs: seconds * 1000, tcp: options.has("T") });
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    await process.warn(`host: ${error.message}\n${usage}`);
    return 1;
  }
}

interface Request {
  readonly name: string;
  readonly server: string | undefined;
  readonly types: readonly RecordType[];
  readonly port: number;
  readonly timeoutMs: number;
  readonly tcp: boolean;
}

async function lookUp(process: Process, { name, server, types, port, timeoutMs, tcp }: Request): Promise<number> {
  const given = server ?? resolvConfOf(process).nameservers[0] ?? "127.0.0.1";
  const ip = await serverAddress(process, given);
  if (ip === undefined) {
    await process.warn(`host: couldn't get address for '${given}': not found\n`);
    return 1;
  }
  if (server !== undefined)
    await process.print(`Using domain server:\nName: ${given}\nAddress: ${ip}#${port}\nAliases: \n\n`);
  const isReverse = reverseName(name) !== undefined;
  let found = name;
  let count = 0;
  try {
    for (const type of isReverse ? types.slice(0, 1) : types) {
      const { name: full, message } = await bindLookup(process, found, type, {
        server: ip,
        port,
        timeoutMs,
        attempts: 2,
        tcp,
      });
      if (message.code !== "NOERROR") {
        await process.print(`Host ${bare(isReverse ? full : name)} not found: ${codeText(message.code)}\n`);
        return 1;
      }
      found = full;
      count += message.answers.length;
      for (const record of message.answers) await process.print(`${sentence(record)}\n`);
    }
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    await process.print(`;; communications error to ${ip}#${port}: timed out\n`.repeat(2));
    await process.print(";; no servers could be reached\n");
    return 1;
  }
  if (count > 0) return 0;
  await process.print(`${bare(found)} has no ${types.length === 1 ? (types[0] ?? "A") : "A"} record\n`);
  return 1;
}

function codeText(code: string): string {
  const number = { FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5 }[code] ?? 0;
  return `${number}(${code})`;
}

function sentence(record: DnsRecord): string {
  const name = bare(record.name);
  switch (record.type) {
    case "A":
      return `${name} has address ${record.address}`;
    case "AAAA":
      return `${name} has IPv6 address ${record.address}`;
    case "CNAME":
      return `${name} is an alias for ${record.target}`;
    case "PTR":
      return `${name} domain name pointer ${record.target}`;
    case "NS":
      return `${name} name server ${record.target}`;
    case "SRV":
      return `${name} has SRV record ${recordText(record)}`;
    case "TXT":
      return `${name} descriptive text ${recordText(record)}`;
    case "SOA":
      return `${name} has SOA record ${recordText(record)}`;
    default:
      return `${name} has ${record.type} record ${recordText(record)}`;
  }
}
