import type { Process } from "../../runtime/process.ts";

type Socket = ReturnType<Process["network"]["sockets"]>[number];
type Test = (socket: Socket) => boolean;

/** A filter that cannot be read; ss says so and ends with 255. */
export class FilterError extends Error {}

/**
 * ss's filters: `sport = :80`, `dst 10.244.0.0/16:80`, `state established`, joined by `and`, `or`, `not` and brackets.
 * `hasState`: it picks by state itself, so that neither -a nor -l is needed.
 */
export function socketFilter(words: readonly string[]): { readonly passes: Test; readonly hasState: boolean } {
  const tokens = words.flatMap((word) => word.match(/[()]|[^\s()]+/gu) ?? []);
  const reader = { tokens, at: 0 };
  const passes = tokens.length === 0 ? () => true : alternatives(reader);
  if (reader.at < tokens.length) throw unreadable();
  return { passes, hasState: tokens.includes("state") };
}

interface Reader {
  readonly tokens: readonly string[];
  at: number;
}

function alternatives(reader: Reader): Test {
  let test = conjunction(reader);
  while (taken(reader, ["or", "||", "|"])) {
    const [left, right] = [test, conjunction(reader)];
    test = (socket) => left(socket) || right(socket);
  }
  return test;
}

/** What merely follows one another must all hold. */
function conjunction(reader: Reader): Test {
  let test = negatable(reader);
  while (taken(reader, ["and", "&&", "&"]) || startsTest(reader.tokens[reader.at])) {
    const [left, right] = [test, negatable(reader)];
    test = (socket) => left(socket) && right(socket);
  }
  return test;
}

function negatable(reader: Reader): Test {
  if (taken(reader, ["not", "!"])) {
    const test = negatable(reader);
    return (socket) => !test(socket);
  }
  if (!taken(reader, ["("])) return atom(reader);
  const test = alternatives(reader);
  if (!taken(reader, [")"])) throw unreadable();
  return test;
}

const comparisons: Readonly<Record<string, (one: number, other: number) => boolean>> = {
  "=": (one, other) => one === other,
  "==": (one, other) => one === other,
  eq: (one, other) => one === other,
  "!=": (one, other) => one !== other,
  ne: (one, other) => one !== other,
  neq: (one, other) => one !== other,
  ">": (one, other) => one > other,
  gt: (one, other) => one > other,
  "<": (one, other) => one < other,
  lt: (one, other) => one < other,
  ">=": (one, other) => one >= other,
  ge: (one, other) => one >= other,
  "<=": (one, other) => one <= other,
  le: (one, other) => one <= other,
};

function atom(reader: Reader): Test {
  const subject = next(reader);
  if (subject === "state") return stateTest(next(reader));
  const operator = comparisons[reader.tokens[reader.at] ?? ""];
  if (operator) reader.at++;
  const value = next(reader);
  const end = subject === "sport" || subject === "src" ? "local" : "remote";
  if (subject === "sport" || subject === "dport") {
    const wanted = Number(value.slice(value.lastIndexOf(":") + 1));
    if (!Number.isInteger(wanted)) throw unreadable();
    const compare = operator ?? ((one: number, other: number) => one === other);
    return (socket) => compare(socket[end]?.port ?? 0, wanted);
  }
  if (subject === "src" || subject === "dst") return addressTest(end, value);
  throw unreadable();
}

function stateTest(name: string): Test {
  if (name === "all" || name === "connected") return ({ state }) => name === "all" || state === "established";
  if (name === "listening" || name === "listen") return ({ state }) => state === "listening";
  if (name === "established") return ({ state }) => state === "established";
  const others = ["syn-sent", "syn-recv", "fin-wait-1", "fin-wait-2", "time-wait", "closed", "close-wait", "closing"];
  if (!others.includes(name)) throw new FilterError(`wrong state name: ${name}`);
  return () => false;
}

function addressTest(end: "local" | "remote", value: string): Test {
  const [, host = "", port] = /^([^:]*)(?::(\d+))?$/u.exec(value) ?? [];
  return (socket) => {
    const address = socket[end];
    if (!address) return false;
    const isHost = host === "" || host === "*" || isWithin(address.ip, host);
    return isHost && (port === undefined || address.port === Number(port));
  };
}

function isWithin(ip: string, range: string): boolean {
  const [base = "", bits = "32"] = range.split("/");
  const shift = 2 ** (32 - Number(bits));
  return Math.floor(numberOf(ip) / shift) === Math.floor(numberOf(base) / shift);
}

function numberOf(ip: string): number {
  return ip.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}

function startsTest(token: string | undefined): boolean {
  return ["sport", "dport", "src", "dst", "state", "not", "!", "("].includes(token ?? "");
}

function taken(reader: Reader, words: readonly string[]): boolean {
  const found = words.includes(reader.tokens[reader.at] ?? "");
  if (found) reader.at++;
  return found;
}

function next(reader: Reader): string {
  const token = reader.tokens[reader.at++];
  if (token === undefined) throw unreadable();
  return token;
}

function unreadable(): FilterError {
  return new FilterError(`bison bellows (while parsing filter): "syntax error!"`);
}
