import { parseBracket } from "./bracket.ts";
import { anything, type Assertion, escapes, literal, type Node, RegexError } from "./syntax.ts";

/** A pattern being read. */
interface Cursor {
  readonly pattern: string;
  readonly extended: boolean;
  at: number;
  groups: number;
  depth: number;
  /** Groups that are closed: the ones a back reference may name. */
  readonly closed: Set<number>;
}

const mostRepeats = 255;
const deepest = 200;

/** Reads a basic or extended regular expression as POSIX and GNU write them. */
export function parseRegex(pattern: string, extended: boolean): { root: Node; groups: number } {
  const cursor: Cursor = { pattern, extended, at: 0, groups: 0, depth: 0, closed: new Set() };
  const root = choice(cursor);
  if (cursor.at < pattern.length) throw new RegexError("Unmatched ( or \\(");
  return { root, groups: cursor.groups };
}

function choice(cursor: Cursor): Node {
  if (++cursor.depth > deepest) throw new RegexError("Out of memory");
  const branches = [sequence(cursor)];
  while (take(cursor, "|")) branches.push(sequence(cursor));
  cursor.depth--;
  return branches.length === 1 && branches[0] ? branches[0] : { kind: "choice", branches };
}

function sequence(cursor: Cursor): Node {
  const items: Node[] = [];
  while (cursor.at < cursor.pattern.length && !atOperator(cursor, "|") && !atClosing(cursor)) {
    items.push(repeated(cursor, atom(cursor, items.length === 0)));
  }
  return items.length === 1 && items[0] ? items[0] : { kind: "sequence", items };
}

/** A `)` without its `(` is an ordinary character. */
function atClosing(cursor: Cursor): boolean {
  return cursor.depth > 1 && atOperator(cursor, ")");
}

function atom(cursor: Cursor, first: boolean): Node {
  if (take(cursor, "(")) return group(cursor);
  const character = next(cursor);
  if (character === "\\") return escaped(cursor);
  if (character === "[") return parseBracket(cursor);
  if (character === ".") return { kind: "set", negated: false, ranges: anything };
  if (character === "^" && (cursor.extended || first)) return assertion("start");
  if (character === "$" && (cursor.extended || atEnd(cursor))) return assertion("end");
  if (cursor.extended && first && "*+?".includes(character)) {
    if (character === "*") return { kind: "sequence", items: [] };
    throw new RegexError("Repetition not preceded by valid expression");
  }
  return literal(character);
}

function group(cursor: Cursor): Node {
  const index = ++cursor.groups;
  const body = choice(cursor);
  if (!take(cursor, ")")) throw new RegexError("Missing ')'");
  cursor.closed.add(index);
  return { kind: "group", index, body };
}

function escaped(cursor: Cursor): Node {
  if (cursor.at >= cursor.pattern.length) throw new RegexError("Trailing backslash");
  const character = next(cursor);
  if (/[1-9]/u.test(character)) {
    const index = Number(character);
    if (!cursor.closed.has(index)) throw new RegexError("Invalid back reference");
    return { kind: "reference", index };
  }
  return (Object.hasOwn(escapes, character) ? escapes[character] : undefined) ?? literal(character);
}

function repeated(cursor: Cursor, body: Node): Node {
  let node = body;
  for (;;) {
    const bounds = quantifier(cursor, node);
    if (bounds === undefined) return node;
    node = { kind: "repeat", body: node, min: bounds[0], max: bounds[1] };
  }
}

function quantifier(cursor: Cursor, body: Node): readonly [number, number] | undefined {
  const afterAnchor = body.kind === "assertion" && body.what === "start";
  if (cursor.pattern[cursor.at] === "*" && !(afterAnchor && !cursor.extended)) {
    cursor.at++;
    return [0, Number.POSITIVE_INFINITY];
  }
  if (take(cursor, "+")) return [1, Number.POSITIVE_INFINITY];
  if (take(cursor, "?")) return [0, 1];
  return atOperator(cursor, "{") ? interval(cursor) : undefined;
}

/** In an extended expression a brace that is no interval is an ordinary character. */
function interval(cursor: Cursor): readonly [number, number] | undefined {
  const shape = cursor.extended ? /^\{(\d*)(,?)(\d*)\}/u : /^\\\{(\d*)(,?)(\d*)\\\}/u;
  const match = shape.exec(cursor.pattern.slice(cursor.at));
  if (match === null || (match[1] === "" && match[2] === "")) {
    if (cursor.extended) return undefined;
    throw new RegexError(match === null ? "Missing '}'" : "Invalid contents of {}");
  }
  const [whole, low = "", comma = "", high = ""] = match;
  const min = Number(low);
  const unbounded = comma === "" ? min : Number.POSITIVE_INFINITY;
  const max = high === "" ? unbounded : Number(high);
  if (min > max || min > mostRepeats || (Number.isFinite(max) && max > mostRepeats)) {
    throw new RegexError("Invalid contents of {}");
  }
  cursor.at += whole.length;
  return [min, max];
}

function assertion(what: Assertion): Node {
  return { kind: "assertion", what };
}

/** Of a basic expression, or of one of its groups or branches. */
function atEnd(cursor: Cursor): boolean {
  return cursor.at >= cursor.pattern.length || atOperator(cursor, "|") || atClosing(cursor);
}

/** Operators carry a backslash in basic expressions. */
function atOperator(cursor: Cursor, operator: string): boolean {
  return cursor.pattern.startsWith(cursor.extended ? operator : `\\${operator}`, cursor.at);
}

function take(cursor: Cursor, operator: string): boolean {
  const found = atOperator(cursor, operator);
  if (found) cursor.at += cursor.extended ? 1 : 2;
  return found;
}

function next(cursor: Cursor): string {
  const character = String.fromCodePoint(cursor.pattern.codePointAt(cursor.at) ?? 0);
  cursor.at += character.length;
  return character;
}
