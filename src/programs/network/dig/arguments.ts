import type { RecordType } from "../../../network/dns-message.ts";
import { recordTypeOf, reverseName } from "../dns/question.ts";

/** A question with the options that hold for it. */
export interface DigQuery {
  readonly name: string;
  readonly type: RecordType;
  /** Undefined: that of /etc/resolv.conf. */
  readonly server: string | undefined;
  readonly port: number;
  /** `+name` switched on or off. */
  readonly switches: ReadonlyMap<string, boolean>;
  readonly timeoutMs: number;
  readonly tries: number;
  readonly ndots: number | undefined;
}

/** What dig cannot make sense of; it prints this and ends with 1. */
export class DigError extends Error {}

const known = new Set([
  "short",
  "search",
  "defname",
  "all",
  "answer",
  "authority",
  "additional",
  "question",
  "comments",
  "cmd",
  "stats",
  "tcp",
  "vc",
  "recurse",
  "edns",
  "dnssec",
  "trace",
  "nssearch",
  "multiline",
  "ttlid",
  "ttl",
  "class",
  "cl",
  "identify",
  "showsearch",
  "qr",
  "rrcomments",
  "onesoa",
  "cookie",
  "badcookie",
  "besteffort",
  "fail",
  "aaflag",
  "aaonly",
  "adflag",
  "cdflag",
  "keepopen",
  "ignore",
  "nsid",
  "sigchase",
  "split",
  "unknownformat",
  "yaml",
  "crypto",
  "idnin",
  "idnout",
  "mapped",
  "expandaaaa",
]);

/** Throws DigError. */
export function parseDig(args: readonly string[]): readonly DigQuery[] {
  const queries: { name?: string; type?: RecordType }[] = [];
  const switches = new Map<string, boolean>();
  const settings: Settings = {
    server: undefined,
    port: 53,
    timeoutMs: 5000,
    tries: 3,
    ndots: undefined,
    type: undefined,
  };
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg.startsWith("@")) settings.server = arg.slice(1);
    else if (arg.startsWith("+")) readPlus(arg.slice(1), switches, settings);
    else if (/^-[xtqpcb46]/u.test(arg)) readDash(arg, rest, { queries, settings });
    else readWord(arg, queries, settings);
  }
  if (queries.length === 0) queries.push({ name: ".", type: settings.type ?? "NS" });
  const { type: usual, ...common } = settings;
  return queries.map(({ name = ".", type }) => ({ ...common, name, type: type ?? usual ?? "A", switches }));
}

interface Settings {
  server: string | undefined;
  port: number;
  timeoutMs: number;
  tries: number;
  ndots: number | undefined;
  /** Given before any name. */
  type: RecordType | undefined;
}

function readPlus(text: string, switches: Map<string, boolean>, settings: Settings): void {
  const [word = "", value] = text.split("=");
  if (value !== undefined) {
    if (word === "time" || word === "timeout") settings.timeoutMs = Number(value) * 1000;
    else if (word === "tries") settings.tries = Math.min(mostTries, Number(value));
    else if (word === "retry") settings.tries = Math.min(mostTries, Number(value) + 1);
    else if (word === "ndots") settings.ndots = Number(value);
    else if (!["bufsize", "domain", "subnet", "edns", "cookie", "split", "qid"].includes(word))
      throw new DigError(`Invalid option: +${text}`);
    return;
  }
  const isOff = word.startsWith("no");
  const name = isOff ? word.slice(2) : word;
  const full = [...known].find((one) => one === name) ?? [...known].find((one) => one.startsWith(name));
  if (full === undefined || name === "") throw new DigError(`Invalid option: +${text}`);
  if (full === "all")
    for (const part of ["answer", "authority", "additional", "question", "comments", "stats", "cmd"])
      switches.set(part, !isOff);
  else switches.set(full === "vc" ? "tcp" : full === "defname" ? "search" : full, !isOff);
}

interface Reading {
  readonly queries: { name?: string; type?: RecordType }[];
  readonly settings: Settings;
}

function readDash(arg: string, rest: string[], { queries, settings }: Reading): void {
  const letter = arg.charAt(1);
  if (letter === "4" || letter === "6") return;
  const value = arg.slice(2) || rest.shift();
  if (value === undefined) throw new DigError(`option '-${letter}' needs an argument`);
  if (letter === "x") {
    const name = reverseName(value);
    if (name === undefined) throw new DigError(`Invalid IP address ${value}`);
    queries.push({ name, type: "PTR" });
  } else if (letter === "t") readType(value, queries, settings);
  else if (letter === "q") queries.push({ name: value });
  else if (letter === "p") settings.port = Number(value);
}

function readType(text: string, queries: { name?: string; type?: RecordType }[], settings: Settings): void {
  const type = recordTypeOf(text);
  if (type === undefined) throw new DigError(`;; Warning, ignoring invalid type ${text}`);
  const last = queries.at(-1);
  if (last && last.type === undefined) last.type = type;
  else settings.type = type;
}

function readWord(word: string, queries: { name?: string; type?: RecordType }[], settings: Settings): void {
  if (word.toUpperCase() === "IN") return;
  if (recordTypeOf(word) !== undefined) readType(word, queries, settings);
  else queries.push(settings.type === undefined ? { name: word } : { name: word, type: settings.type });
}

/** Each says that it failed. */
const mostTries = 100;
