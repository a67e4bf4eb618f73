import { byteCharacter, joinedBytes } from "../../../runtime/text.ts";
import { Failure } from "../../failure.ts";

export interface Token {
  readonly kind: "number" | "string" | "regex" | "name" | "builtin" | "keyword" | "operator" | "newline" | "end";
  readonly text: string;
  readonly line: number;
  /** A blank came before: `f (x)` is no call of a user's function. */
  readonly spaced: boolean;
}

const keywords: ReadonlySet<string> = new Set(
  "BEGIN END function func if else while for do break continue next nextfile exit return delete in getline print printf".split(
    " ",
  ),
);

const builtins: ReadonlySet<string> = new Set(
  `length substr index split sub gsub match sprintf sin cos atan2 exp log sqrt int rand srand tolower toupper system
   close fflush strftime systime mktime and or xor lshift rshift compl`.split(/\s+/u),
);

const patterns = {
  blank: /(?:[ \t\r]|\\\r?\n|#[^\n]*)*/uy,
  number: /0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/uy,
  name: /[A-Za-z_]\w*/uy,
  string: /"((?:\\[^]|[^"\\\n])*)"/uy,
  regex: /\/((?:\\[^\n]|\[\^?\]?(?:\[:\w+:\]|\\[^\n]|[^\]\n\\[]|\[(?!:))*\]|[^/\\\n[])*)\//uy,
  operator: /\*\*=|\*\*|[-+*/%^=<>!]=|\+\+|--|&&|\|\||>>|!~|[-{}()[\];,+*/%^!<>|?:~$=]/uy,
} as const;

/** Cuts a program into tokens. A slash begins a regular expression unless a value came before it. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let line = 1;
  let at = 0;
  const match: Match = (pattern) => {
    pattern.lastIndex = at;
    return pattern.exec(text) ?? undefined;
  };
  for (;;) {
    const blank = match(patterns.blank)?.[0] ?? "";
    at += blank.length;
    line += blank.split("\n").length - 1;
    if (at >= text.length) break;
    const piece = readToken(text.charAt(at), match, endsValue(tokens.at(-1)));
    if (piece === undefined) throw new Failure(`cmd. line:${line}: Unexpected token`);
    at += piece.length;
    tokens.push({ kind: piece.kind, text: piece.text, line, spaced: blank !== "" });
    if (piece.kind === "newline") line++;
  }
  tokens.push({ kind: "newline", text: "\n", line, spaced: true }, { kind: "end", text: "", line, spaced: true });
  return tokens;
}

type Match = (pattern: RegExp) => RegExpExecArray | undefined;
type Piece = Pick<Token, "kind" | "text"> & { readonly length: number };

function readToken(first: string, match: Match, afterValue: boolean): Piece | undefined {
  if (first === "\n") return { kind: "newline", text: "\n", length: 1 };
  const string = first === '"' ? match(patterns.string) : undefined;
  if (string) return { kind: "string", text: unescaped(string[1] ?? ""), length: string[0].length };
  const regex = first === "/" && !afterValue ? match(patterns.regex) : undefined;
  if (regex) return { kind: "regex", text: (regex[1] ?? "").replaceAll(String.raw`\/`, "/"), length: regex[0].length };
  const number = match(patterns.number)?.[0];
  if (number !== undefined) return { kind: "number", text: number, length: number.length };
  const name = match(patterns.name)?.[0];
  if (name !== undefined) return { kind: kindOfName(name), text: name, length: name.length };
  const operator = match(patterns.operator)?.[0];
  return operator === undefined ? undefined : { kind: "operator", text: operator, length: operator.length };
}

function kindOfName(name: string): "keyword" | "builtin" | "name" {
  if (keywords.has(name)) return "keyword";
  return builtins.has(name) ? "builtin" : "name";
}

function endsValue(token: Token | undefined): boolean {
  if (token === undefined) return false;
  if (token.kind === "operator") return [")", "]", "$", "++", "--"].includes(token.text);
  return ["number", "string", "regex", "name", "builtin"].includes(token.kind);
}

const escapes: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  a: "\u0007",
  b: "\b",
  f: "\f",
  v: "\v",
  "\\": "\\",
  '"': '"',
  "/": "/",
  "\n": "",
};

/** What a string literal, or a value given with -v, stands for. Other escapes keep their backslash for a regex. */
export function unescaped(text: string): string {
  const written = text.replace(/\\([0-7]{1,3}|[^])/gu, (whole, escape: string) => {
    if (/^[0-7]/u.test(escape)) return byteCharacter(Number.parseInt(escape, 8) & 255);
    return escapes[escape] ?? whole;
  });
  return joinedBytes(written);
}
