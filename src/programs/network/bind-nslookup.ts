import type { RecordType } from "../../network/dns-message.ts";
import { NetworkError } from "../../network/network.ts";
import type { Process, Program } from "../../runtime/process.ts";
import { bindLookup } from "./bind-lookup.ts";
import { recordTypeOf, resolvConfOf, reverseName, serverAddress } from "./dns/question.ts";
import { bare, recordLine } from "./dns/record-line.ts";

interface Request {
  readonly name: string;
  readonly server: string | undefined;
  readonly types: readonly RecordType[];
  readonly port: number;
  readonly timeoutMs: number;
}

/** The nslookup of BIND's utilities, which Debian, the dnsutils images and agnhost have. */
export const bindNslookup: Program = async (process) => {
  const request = parse(process.argv.slice(1));
  if (request === undefined) {
    await process.warn("nslookup: interactive mode is not simulated; give a name: nslookup NAME [SERVER]\n");
    return 1;
  }
  if (typeof request === "string") {
    await process.print(`${request}\n`);
    return 1;
  }
  const server = request.server ?? resolvConfOf(process).nameservers[0] ?? "127.0.0.1";
  const ip = await serverAddress(process, server);
  if (ip === undefined) {
    await process.print(`nslookup: couldn't get address for '${server}': not found\n`);
    return 1;
  }
  return lookUp(process, request, { server, ip });
};

/** Undefined: there is no name. A text says what is wrong. */
function parse(args: readonly string[]): Request | string | undefined {
  const words = args.filter((arg) => !arg.startsWith("-"));
  let [port, timeoutMs] = [53, 5000];
  let types: readonly RecordType[] = ["A", "AAAA"];
  for (const option of args.filter((arg) => arg.startsWith("-"))) {
    const [key = "", value = ""] = option.slice(1).toLowerCase().split("=");
    if (key.startsWith("q") || key.startsWith("ty")) {
      const type = recordTypeOf(value);
      if (type === undefined) return `unknown query type: ${value}`;
      types = [type];
    } else if (key === "port") port = Number(value);
    else if (key === "timeout") timeoutMs = Number(value) * 1000;
    else if (!/^(?:no)?(?:debug|d2|search|recurse|vc|fail|retry|class|sil)/u.test(key))
      return `*** Invalid option: ${key}`;
  }
  const [name, server] = words;
  return name === undefined ? undefined : { name, server, types, port, timeoutMs };
}

interface Server {
  readonly server: string;
  readonly ip: string;
}

async function lookUp(process: Process, request: Request, { server, ip }: Server): Promise<number> {
  const { name, types, port, timeoutMs } = request;
  const asking = { server: ip, port, timeoutMs, attempts: 2 };
  const reverse = reverseName(name) !== undefined;
  const shown = `Server:\t\t${server}\nAddress:\t${ip}#${port}\n\n`;
  try {
    let found = name;
    const answers: string[] = [];
    for (const type of reverse ? types.slice(0, 1) : types) {
      const { name: full, message } = await bindLookup(process, found, type, asking);
      if (message.code !== "NOERROR") {
        await process.print(
          `${reverse ? "" : shown}** server can't find ${bare(reverse ? full : name)}: ${message.code}\n\n`,
        );
        return 1;
      }
      found = full;
      if (!message.authoritative && answers.length === 0) answers.push("Non-authoritative answer:\n");
      answers.push(...message.answers.map((record) => `${recordLine(record)}\n`));
    }
    const isEmpty = answers.every((line) => line.startsWith("Non-authoritative"));
    const nothing = `*** Can't find ${bare(name)}: No answer\n`;
    await process.print(`${reverse ? "" : shown}${isEmpty ? nothing : answers.join("")}\n`);
    return isEmpty ? 1 : 0;
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    const failure = `;; communications error to ${ip}#${port}: timed out\n`;
    await process.print(`${failure.repeat(3)};; no servers could be reached\n\n`);
    return 1;
  }
}
