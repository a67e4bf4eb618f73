import type { SocketFacts } from "../../network/network.ts";

export type SocketFilter = (socket: SocketFacts) => boolean;

/** What is no filter, in the words of ss. */
export class FilterError extends Error {
  constructor() {
    super('bison bellows (while parsing filter): "syntax error!" Sorry.');
  }
}

const states: Readonly<Record<string, SocketFilter>> = {
  all: () => true,
  listening: ({ state }) => state === "listening",
  listen: ({ state }) => state === "listening",
  established: ({ state }) => state === "established",
  connected: ({ state }) => state === "established",
};

/**
 * A filter of ss: `[state NAME] [EXPRESSION]`, as in `state established '( dport = :80 or sport = :80 )'`.
 * Throws FilterError.
 */
export function parseFilter(words: readonly string[]): { readonly filter: SocketFilter; readonly hasState: boolean } {
  const tokens = words.join(" ").match(/[()]|[<>=!]=?|[^\s()<>=!]+/gu) ?? [];
  const hasState = tokens[0] === "state";
  const inState = hasState ? states[tokens[1] ?? ""] : () => true;
  if (!inState) throw new FilterError();
  const parser = new Parser(hasState ? tokens.slice(2) : tokens);
  const holds = parser.isAtEnd() ? () => true : parser.either();
  if (!parser.isAtEnd()) throw new FilterError();
  return { filter: (socket) => inState(socket) && holds(socket), hasState };
}

type Compare = (a: number, b: number) => boolean;

const comparisons: Readonly<Record<string, Compare>> = Object.fromEntries(
  (
    [
      ["= == eq", (a, b) => a === b],
      ["!= ne neq", (a, b) => a !== b],
      ["> gt", (a, b) => a > b],
      ["< lt", (a, b) => a < b],
      [">= ge geq", (a, b) => a >= b],
      ["<= le leq", (a, b) => a <= b],
    ] as readonly [string, Compare][]
  ).flatMap(([names, compare]) => names.split(" ").map((name) => [name, compare])),
);

class Parser {
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens;
  }

  isAtEnd(): boolean {
    return this.#at === this.#tokens.length;
  }

  either(): SocketFilter {
    const all = [this.#both()];
    while (this.#takes("or", "|", "||")) all.push(this.#both());
    return (socket) => all.some((holds) => holds(socket));
  }

  /** `and` may be left out. */
  #both(): SocketFilter {
    const all = [this.#one()];
    while (this.#takes("and", "&", "&&") || !(this.isAtEnd() || [")", "or", "|", "||"].includes(this.#peek()))) {
      all.push(this.#one());
    }
    return (socket) => all.every((holds) => holds(socket));
  }

  #one(): SocketFilter {
    if (this.#takes("not", "!")) {
      const holds = this.#one();
      return (socket) => !holds(socket);
    }
    if (!this.#takes("(")) return this.#term();
    const inner = this.either();
    if (!this.#takes(")")) throw new FilterError();
    return inner;
  }

  #term(): SocketFilter {
    const what = this.#next();
    if (what !== "sport" && what !== "dport" && what !== "src" && what !== "dst") throw new FilterError();
    const end = what.startsWith("s") ? "local" : "remote";
    const compare = comparisons[this.#peek()];
    if (compare) this.#at++;
    const [, ip = "", port] = /^(.*?)(?::(\d+|\*))?$/u.exec(this.#next()) ?? [];
    if (what.endsWith("port")) return byPort(end, compare ?? throwing(), port);
    return (socket) => {
      const address = socket[end];
      const isPort = port === undefined || port === "*" || address?.port === Number(port);
      return isPort && (ip === "" || address?.ip === ip) === (compare !== comparisons["!="]);
    };
  }

  #peek(): string {
    return this.#tokens[this.#at] ?? "";
  }

  #next(): string {
    return this.#tokens[this.#at++] ?? throwing();
  }

  #takes(...words: readonly string[]): boolean {
    if (!words.includes(this.#peek()) || this.isAtEnd()) return false;
    this.#at++;
    return true;
  }
}

function throwing(): never {
  throw new FilterError();
}

function byPort(end: "local" | "remote", compare: Compare, port: string | undefined): SocketFilter {
  if (port === undefined) throw new FilterError();
  return (socket) => port === "*" || compare(socket[end]?.port ?? 0, Number(port));
}
