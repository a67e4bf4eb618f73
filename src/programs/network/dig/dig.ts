import { type DnsMessage, encodeDnsMessage } from "../../../network/dns-message.ts";
import { NetworkError } from "../../../network/network.ts";
import { candidatesFor } from "../../../network/resolver-files.ts";
import type { Process } from "../../../runtime/process.ts";
import type { Tool } from "../../../runtime/tool.ts";
import { ask } from "../dns/ask.ts";
import { resolvConfOf, serverAddress } from "../dns/question.ts";
import { recordText } from "../dns/zone-line.ts";
import { DigError, type DigQuery, parseDig } from "./arguments.ts";
import { digReport, digVersion } from "./report.ts";

const noServer = 9;
const ednsSize = 1232;

/** BIND's dig. Without `+search` it asks for names as they stand. */
export const dig: Tool = { names: ["dig"], bases: [], directory: "/usr/bin", run };

async function run(process: Process): Promise<number> {
  const args = process.argv.slice(1);
  if (args.includes("-v")) {
    await process.warn(`DiG ${digVersion}\n`);
    return 0;
  }
  try {
    let exitCode = 0;
    const queries = parseDig(args);
    for (const [index, query] of queries.entries()) {
      exitCode = Math.max(exitCode, await answerQuery(process, query, { args, isFirst: index === 0 }));
    }
    return exitCode;
  } catch (error) {
    if (!(error instanceof DigError)) throw error;
    await process.warn(`${error.message}\n\nUsage:  dig [@global-server] [domain] [q-type] [q-class] {q-opt}\n`);
    return 1;
  }
}

interface Line {
  readonly args: readonly string[];
  readonly isFirst: boolean;
}

async function answerQuery(process: Process, query: DigQuery, { args, isFirst }: Line): Promise<number> {
  const isShort = query.switches.get("short") === true;
  const banner = `\n; <<>> DiG ${digVersion} <<>> ${args.join(" ")}\n;; global options: +cmd\n`;
  const shown = isShort || query.switches.get("cmd") === false || !isFirst ? "" : banner;
  const server = await serverOf(process, query);
  if (server === undefined) {
    await process.warn(`dig: couldn't get address for '${query.server ?? ""}': not found\n`);
    return noServer + 1;
  }
  try {
    const startedAt = process.clock.now();
    const { answer, bytes } = await askInTurn(process, query, server);
    const facts = { server, elapsedMs: process.clock.now() - startedAt, now: process.clock.now(), bytes };
    await process.print(isShort ? shortAnswer(answer) : shown + digReport(answer, query, facts));
    return 0;
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    const failure = `;; communications error to ${server}#${query.port}: ${error.code === "ECONNREFUSED" ? "connection refused" : "timed out"}\n`;
    await process.print(`${failure.repeat(query.tries)}${shown}${isShort ? "" : ";; no servers could be reached\n"}`);
    return noServer;
  }
}

async function serverOf(process: Process, { server }: DigQuery): Promise<string | undefined> {
  if (server === undefined) return resolvConfOf(process).nameservers[0] ?? "127.0.0.1";
  try {
    return await serverAddress(process, server);
  } catch (error) {
    if (error instanceof NetworkError) return undefined;
    throw error;
  }
}

/** With `+search`, the first name of the search list that exists. */
async function askInTurn(
  process: Process,
  query: DigQuery,
  server: string,
): Promise<{ answer: DnsMessage; bytes: number }> {
  const { name, type, switches, ndots } = query;
  const config = resolvConfOf(process);
  const full = name.endsWith(".") ? name : `${name}.`;
  const names =
    switches.get("search") === true ? candidatesFor(name, { ...config, ndots: ndots ?? config.ndots }) : [full];
  const options = {
    server,
    port: query.port,
    timeoutMs: query.timeoutMs,
    attempts: query.tries,
    tcp: switches.get("tcp") === true,
    recursion: switches.get("recurse") !== false,
    ...(switches.get("edns") === false ? {} : { udpSize: ednsSize }),
  };
  let answer: DnsMessage | undefined;
  for (const candidate of names) {
    answer = await ask(process, { name: candidate, type }, options);
    if (answer.code !== "NXDOMAIN" && answer.answers.length > 0) break;
  }
  if (!answer) throw new Error(`dig has no name to ask for: ${name}`);
  return { answer, bytes: encodeDnsMessage(answer).length };
}

function shortAnswer({ answers }: DnsMessage): string {
  return answers.map((record) => `${recordText(record)}\n`).join("");
}
