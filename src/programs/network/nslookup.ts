import type { DnsMessage, DnsQuestion, RecordType } from "../../network/dns-message.ts";
import { NetworkError } from "../../network/network.ts";
import type { Tool } from "../../runtime/tool.ts";
import { applet, type Call, UsageError } from "../applet.ts";
import { Failure } from "../failure.ts";
import { bindNslookup } from "./bind-nslookup.ts";
import { ask } from "./dns/ask.ts";
import { recordTypeOf, resolvConfOf, reverseName, serverAddress } from "./dns/question.ts";
import { bare, recordLine } from "./dns/record-line.ts";
import { oldLookup } from "./old-nslookup.ts";

interface Settings {
  readonly types: readonly RecordType[];
  readonly port: number;
  readonly timeoutMs: number;
  readonly attempts: number;
}

interface Server {
  readonly name: string;
  readonly ip: string;
}

/**
 * Busybox's nslookup. It adds search domains only to a name without dots, and then asks for all of them; that of 1.28
 * and before resolves as other programs do, and prints less.
 */
const busyboxNslookup = applet({
  names: ["nslookup"],
  bases: ["busybox", "alpine"],
  directory: "/usr/bin",
  usage: "[-type=QUERY_TYPE] [-debug] HOST [DNS_SERVER]",
  help: "Query DNS about HOST\n\nQUERY_TYPE: soa,ns,a,aaaa,cname,mx,txt,ptr,srv,any",
  options: "",
  rewrite: (args) => ["--", ...args],
  run(call) {
    const { settings, names } = readArguments(call);
    const [name, server] = names;
    if (name === undefined || names.length > 2) throw new UsageError();
    if (isOld(call.process.container.imageName)) return oldLookup(call, name, server);
    return lookUp(call, { name, server, settings });
  },
});

/** In Debian it is BIND's. */
export const nslookup: Tool = {
  ...busyboxNslookup,
  run: (process) => (process.container.image.base === "debian" ? bindNslookup : busyboxNslookup.run)(process),
};

/** The tag of the image tells: 1.28's is the one that the Kubernetes documentation uses. */
function isOld(imageName: string): boolean {
  return /(?:^|\/)busybox:1\.(?:1?\d|2[0-8])(?:\D|$)/u.test(imageName);
}

function readArguments({ operands }: Call): { settings: Settings; names: readonly string[] } {
  const names: string[] = [];
  const types: RecordType[] = [];
  let [port, timeoutMs, attempts] = [53, 5000, 2];
  for (const word of operands) {
    const [, key = "", value = ""] = /^-([a-z]+)=?(.*)$/u.exec(word) ?? [];
    if (key === "") names.push(word);
    else if ("querytype".startsWith(key) || "type".startsWith(key)) types.push(typeFrom(value));
    else if (key === "port") port = Number(value);
    else if (key === "timeout") timeoutMs = Number(value) * 1000;
    else if (key === "retry") attempts = Number(value);
    else if (key !== "debug" && key !== "stats") throw new UsageError(`invalid option ${JSON.stringify(word)}`);
  }
  return { settings: { types, port, timeoutMs, attempts }, names };
}

function typeFrom(text: string): RecordType {
  const type = recordTypeOf(text);
  if (type === undefined) throw new Failure(`invalid query type ${JSON.stringify(text)}`);
  return type;
}

interface Lookup {
  readonly name: string;
  readonly server: string | undefined;
  readonly settings: Settings;
}

async function lookUp(call: Call, { name, server, settings }: Lookup): Promise<number> {
  const { process, out } = call;
  const questions = questionsFor(name, settings.types, resolvConfOf(process).search);
  for (const candidate of await serversOf(call, server)) {
    const answers = await askAll(call, questions, candidate, settings);
    if (!answers) continue;
    await out.print(`Server:\t\t${candidate.name}\nAddress:\t${candidate.ip}:${settings.port}\n\n`);
    for (const [index, answer] of answers.entries()) await report(call, questions[index], answer);
    return answers.some((answer) => answer?.code !== "NOERROR") ? 1 : 0;
  }
  await out.print(";; connection timed out; no servers could be reached\n\n");
  return 1;
}

/** A name without dots is asked for in every search domain, and nowhere else. */
function questionsFor(name: string, types: readonly RecordType[], search: readonly string[]): readonly DnsQuestion[] {
  const reverse = reverseName(name);
  if (reverse !== undefined && types.length === 0) return [{ name: reverse, type: "PTR" }];
  const isSearched = search.length > 0 && !name.includes(".");
  const names = isSearched ? search.map((domain) => `${name}.${domain}.`) : [`${bare(name)}.`];
  const wanted: readonly RecordType[] = types.length > 0 ? types : ["A", "AAAA"];
  return wanted.flatMap((type) => names.map((full) => ({ name: full, type })));
}

async function serversOf({ process }: Call, server: string | undefined): Promise<readonly Server[]> {
  if (server === undefined) return resolvConfOf(process).nameservers.map((ip) => ({ name: ip, ip }));
  const ip = await serverAddress(process, server);
  if (ip === undefined) throw new Failure(`bad address '${server}'`);
  return [{ name: server, ip }];
}

/** undefined: the server says nothing at all. */
async function askAll(
  { process }: Call,
  questions: readonly DnsQuestion[],
  { ip: server }: Server,
  settings: Settings,
): Promise<readonly (DnsMessage | undefined)[] | undefined> {
  const answers = await Promise.all(
    questions.map((question) =>
      ask(process, question, { server, ...settings }).catch((error: unknown) => {
        if (error instanceof NetworkError) return undefined;
        throw error;
      }),
    ),
  );
  return answers.some((answer) => answer !== undefined) ? answers : undefined;
}

async function report({ out }: Call, question: DnsQuestion | undefined, answer: DnsMessage | undefined): Promise<void> {
  const name = bare(question?.name ?? "");
  if (!answer) await out.print(`*** Can't find ${name}: No answer\n`);
  else if (answer.code !== "NOERROR") await out.print(`** server can't find ${name}: ${answer.code}\n`);
  else {
    if (!answer.authoritative) await out.print("Non-authoritative answer:\n");
    for (const record of answer.answers) await out.print(`${nameless(recordLine(record))}\n`);
  }
  await out.print("\n");
}

/** Busybox tells names without their final dot. */
function nameless(line: string): string {
  return line.replaceAll(/\.$/gmu, "");
}
