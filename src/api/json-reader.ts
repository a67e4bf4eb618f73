import { formatPath } from "./format-path.ts";

/** Text that is no JSON, said as Go's decoder says it. */
export class JsonProblem extends Error {
  /** Of the character that does not belong there; undefined: the text ends too early. */
  readonly index: number | undefined;

  constructor(message: string, index?: number) {
    super(message);
    this.index = index;
  }
}

export interface JsonStream {
  readonly values: readonly unknown[];
  /** Where the values end or what comes is none: `json: offset 64: invalid character …`. */
  readonly problem?: string;
  /** What is behind the last value. */
  readonly rest: string;
}

/** JSON values one behind the other. */
export function readJsonStream(text: string): JsonStream {
  try {
    return { values: [JSON.parse(text)], rest: "" };
  } catch {
    return readSlowly(text);
  }
}

function readSlowly(text: string): JsonStream {
  const reader = new JsonReader(text);
  const values: unknown[] = [];
  let length = 0;
  try {
    while (reader.hasMore()) {
      const value = reader.valueText();
      values.push(JSON.parse(value));
      length = reader.position;
    }
  } catch (error) {
    if (!(error instanceof JsonProblem)) throw error;
    const { index, message } = error;
    const at = index === undefined ? undefined : Buffer.byteLength(text.slice(0, index)) + 1;
    return { values, rest: text.slice(length), problem: at ? `json: offset ${at}: ${message}` : "unexpected EOF" };
  }
  return { values, rest: "" };
}

/**
 * Reads JSON only to complain of it: returns `duplicate field "spec.foo"` for every key that stands twice in one
 * object, and `unknown`, which are of the same form, where they stand. Throws JsonProblem. Slow; for texts that
 * `JSON.parse` has refused or in which something stands twice.
 */
export function jsonComplaints(text: string, unknown: readonly string[] = []): string[] {
  const reader = new JsonReader(text, new Set(unknown));
  reader.readValue();
  reader.expectEnd();
  return [...new Set([...reader.complaints, ...unknown])];
}

/** How many object keys are written in a valid JSON text. */
export function countWrittenKeys(text: string): number {
  let count = 0;
  for (let at = text.indexOf('"'); at !== -1; at = text.indexOf('"', at)) {
    at = endOfString(text, at);
    while (isSpace(text.charCodeAt(at))) at++;
    if (text[at] === ":") count++;
  }
  return count;
}

/** Deeper nesting than that is refused: all that is done with objects has to come back up again. */
const deepest = 1000;

/** How many keys a parsed tree has. Throws JsonProblem when it is nested too deeply. */
export function countKeys(value: unknown, depth = 1): number {
  if (typeof value !== "object" || value === null) return 0;
  if (depth > deepest) throw new JsonProblem(`invalid character '${Array.isArray(value) ? "[" : "{"}' ${tooDeep}`);
  const children: unknown[] = Object.values(value);
  let count = Array.isArray(value) ? 0 : children.length;
  for (const child of children) count += countKeys(child, depth + 1);
  return count;
}

const tooDeep = "exceeded max depth";

/** Just behind the closing quote of the string that opens at `start`. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end === -1 ? text.length : end + 1;
}

function isEscaped(text: string, quote: number): boolean {
  let at = quote;
  while (text[at - 1] === "\\") at--;
  return (quote - at) % 2 === 1;
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

const digit = /\d/u;

class JsonReader {
  readonly complaints = new Set<string>();
  readonly #text: string;
  readonly #unknown: ReadonlySet<string>;
  readonly #path: (string | number)[] = [];
  #at = 0;
  #depth = 0;

  constructor(text: string, unknown: ReadonlySet<string> = new Set()) {
    this.#text = text;
    this.#unknown = unknown;
  }

  get position(): number {
    return this.#at;
  }

  hasMore(): boolean {
    return this.#skipSpace() !== undefined;
  }

  valueText(): string {
    const start = this.#at;
    this.readValue();
    return this.#text.slice(start, this.#at);
  }

  readValue(): void {
    const character = this.#skipSpace();
    switch (character) {
      case "{":
      case "[":
        if (++this.#depth > deepest) throw this.#invalid(tooDeep);
        if (character === "{") this.#readObject();
        else this.#readArray();
        this.#depth--;
        return undefined;
      case '"':
        this.#readString();
        return undefined;
      case "t":
        return this.#readLiteral("true");
      case "f":
        return this.#readLiteral("false");
      case "n":
        return this.#readLiteral("null");
      default:
        if (character !== undefined && /[-\d]/u.test(character)) return this.#readNumber();
        throw this.#invalid("looking for beginning of value");
    }
  }

  expectEnd(): void {
    if (this.#skipSpace() !== undefined) throw this.#invalid("after top-level value");
  }

  #readObject(): void {
    const seen = new Set<string>();
    this.#at++;
    if (this.#skipSpace() === "}") {
      this.#at++;
      return;
    }
    for (;;) {
      if (this.#skipSpace() !== '"') throw this.#invalid("looking for beginning of object key string");
      const key = this.#readString();
      this.#path.push(key);
      this.#complainOf(seen.has(key));
      seen.add(key);
      if (this.#skipSpace() !== ":") throw this.#invalid("after object key");
      this.#at++;
      this.readValue();
      this.#path.pop();
      if (!this.#goesOn("}", "after object key:value pair")) return;
    }
  }

  /** What is unknown is not told of as a duplicate as well. */
  #complainOf(isSeen: boolean): void {
    if (!isSeen && this.#unknown.size === 0) return;
    const field = JSON.stringify(formatPath(this.#path));
    if (this.#unknown.has(`unknown field ${field}`)) this.complaints.add(`unknown field ${field}`);
    else if (isSeen) this.complaints.add(`duplicate field ${field}`);
  }

  #readArray(): void {
    this.#at++;
    if (this.#skipSpace() === "]") {
      this.#at++;
      return;
    }
    for (let index = 0; ; index++) {
      this.#path.push(index);
      this.readValue();
      this.#path.pop();
      if (!this.#goesOn("]", "after array element")) return;
    }
  }

  /** Whether a comma follows, rather than the end of the object or array. */
  #goesOn(close: string, context: string): boolean {
    const character = this.#skipSpace();
    if (character !== "," && character !== close) throw this.#invalid(context);
    this.#at++;
    return character === ",";
  }

  #readString(): string {
    const start = this.#at++;
    for (;;) {
      const character = this.#peek();
      if (character === '"') {
        this.#at++;
        return JSON.parse(this.#text.slice(start, this.#at)) as string;
      }
      if (character === undefined || character < " ") throw this.#invalid("in string literal");
      this.#at++;
      if (character === "\\") this.#readEscape();
    }
  }

  #readEscape(): void {
    const character = this.#peek();
    if (character === undefined || !/["\\/bfnrtu]/u.test(character)) throw this.#invalid("in string escape code");
    this.#at++;
    if (character !== "u") return;
    for (let place = 0; place < 4; place++) {
      if (!/[\da-fA-F]/u.test(this.#peek() ?? "")) throw this.#invalid(String.raw`in \u hexadecimal character escape`);
      this.#at++;
    }
  }

  #readNumber(): void {
    if (this.#peek() === "-") this.#at++;
    if (this.#peek() === "0") this.#at++;
    else this.#readDigits("in numeric literal");
    if (this.#peek() === ".") {
      this.#at++;
      this.#readDigits("after decimal point in numeric literal");
    }
    if (!/[eE]/u.test(this.#peek() ?? "")) return;
    this.#at++;
    if (/[-+]/u.test(this.#peek() ?? "")) this.#at++;
    this.#readDigits("in exponent of numeric literal");
  }

  #readDigits(context: string): void {
    if (!digit.test(this.#peek() ?? "")) throw this.#invalid(context);
    while (digit.test(this.#peek() ?? "")) this.#at++;
  }

  #readLiteral(literal: string): void {
    for (const expected of literal) {
      if (this.#peek() !== expected) throw this.#invalid(`in literal ${literal} (expecting '${expected}')`);
      this.#at++;
    }
  }

  #skipSpace(): string | undefined {
    while (isSpace(this.#text.charCodeAt(this.#at))) this.#at++;
    return this.#peek();
  }

  #peek(): string | undefined {
    return this.#text[this.#at];
  }

  #invalid(context: string): JsonProblem {
    const character = this.#text.codePointAt(this.#at);
    if (character === undefined) return new JsonProblem("unexpected end of JSON input");
    return new JsonProblem(`invalid character ${quoted(character)} ${context}`, this.#at);
  }
}

/** Go sees bytes, and shows each as a character. */
function quoted(codePoint: number): string {
  const [byte = 0] = Buffer.from(String.fromCodePoint(codePoint));
  const character = String.fromCodePoint(byte);
  if (character === "'") return String.raw`'\''`;
  if (character === '"') return `'"'`;
  return byte < 0x20 || byte === 0x7f ? `'${controlName(byte)}'` : `'${character}'`;
}

function controlName(byte: number): string {
  const names: Readonly<Record<number, string>> = { 7: "a", 8: "b", 9: "t", 10: "n", 11: "v", 12: "f", 13: "r" };
  const name = names[byte];
  return name ? `\\${name}` : String.raw`\x${byte.toString(16).padStart(2, "0")}`;
}
