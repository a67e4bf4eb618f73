import { CurlError } from "./error.ts";

/** One URL of a glob, and what stands for `#1` and so on in the name of its file. */
export interface GlobbedUrl {
  readonly url: string;
  readonly parts: readonly string[];
}

type Piece = string | (() => Iterable<string>);

/** `{a,b}`, `[1-10:2]` and `[a-z]`, one URL after the other. Throws CurlError 3. */
export function* globbedUrls(url: string): Generator<GlobbedUrl> {
  yield* combined(piecesOf(url), "", []);
}

function* combined(pieces: readonly Piece[], before: string, parts: readonly string[]): Generator<GlobbedUrl> {
  const [piece, ...rest] = pieces;
  if (piece === undefined) yield { url: before, parts };
  else if (typeof piece === "string") yield* combined(rest, before + piece, parts);
  else for (const part of piece()) yield* combined(rest, before + part, [...parts, part]);
}

function piecesOf(url: string): readonly Piece[] {
  const pieces: Piece[] = [];
  for (let at = 0; at < url.length;) {
    const plain = /^(?:\\[{}[\]]|\[[0-9a-fA-F:.]*:[0-9a-fA-F:.%]*\]|\[\]|[^{}[\]])+/u.exec(url.slice(at))?.[0] ?? "";
    if (plain !== "") pieces.push(plain.replaceAll(/\\([{}[\]])/gu, "$1"));
    at += plain.length;
    if (at >= url.length) break;
    const glob = url[at] === "{" ? setAt(url, at) : rangeAt(url, at);
    pieces.push(glob.items);
    at = glob.end;
  }
  return pieces;
}

interface Glob {
  readonly items: () => Iterable<string>;
  readonly end: number;
}

function setAt(url: string, at: number): Glob {
  const end = url.indexOf("}", at);
  if (end < 0) throw wrong(url, at, "unmatched brace");
  const items = url.slice(at + 1, end).split(",");
  if (items.length === 1 && items[0] === "") throw wrong(url, end, "empty string within braces");
  return { items: () => items, end: end + 1 };
}

function rangeAt(url: string, at: number): Glob {
  if (url[at] !== "[") throw wrong(url, at, "unmatched close brace/bracket");
  const found = /^\[(?:(\d+)-(\d+)|([a-z])-([a-z])|([A-Z])-([A-Z]))(?::(\d+))?\]/u.exec(url.slice(at));
  const [whole, low, high, a = found?.[5], z = found?.[6]] = found ?? [];
  const step = Number(found?.[7] ?? 1);
  if (whole === undefined || step < 1) throw wrong(url, at + 1, "bad range");
  const [from, to] = low === undefined ? [a?.charCodeAt(0) ?? 0, z?.charCodeAt(0) ?? 0] : [Number(low), Number(high)];
  if (from > to) throw wrong(url, at + 1, "bad range");
  const width = low?.startsWith("0") === true ? low.length : 0;
  const shown = (value: number) =>
    low === undefined ? String.fromCodePoint(value) : String(value).padStart(width, "0");
  return { items: () => counted(from, to, step, shown), end: at + whole.length };
}

function* counted(from: number, to: number, step: number, shown: (value: number) => string): Generator<string> {
  for (let value = from; value <= to; value += step) yield shown(value);
}

/** Points at the place, as curl does. */
function wrong(url: string, at: number, what: string): CurlError {
  return new CurlError(3, `${what} in URL position ${at + 1}:\n${url}\n${" ".repeat(at)}^`);
}
