import { namedClasses, type Node, type Range, RegexError } from "./syntax.ts";

/** Reads a bracket expression; its `[` has been read. https://pubs.opengroup.org/onlinepubs/9799919799/basedefs/V1_chap09.html#tag_09_03_05 */
export function parseBracket(cursor: { readonly pattern: string; at: number }): Node {
  const { pattern } = cursor;
  const negated = pattern[cursor.at] === "^";
  if (negated) cursor.at++;
  const ranges: Range[] = [];
  for (let first = true; first || pattern[cursor.at] !== "]"; first = false) {
    if (cursor.at >= pattern.length) throw new RegexError("Missing ']'");
    ranges.push(...item(cursor));
  }
  cursor.at++;
  return { kind: "set", negated, ranges };
}

function item(cursor: { readonly pattern: string; at: number }): readonly Range[] {
  const { pattern } = cursor;
  if (pattern.startsWith("[:", cursor.at)) return namedClass(cursor);
  const from = element(cursor);
  const after = pattern[cursor.at + 1];
  if (pattern[cursor.at] !== "-" || after === "]" || after === undefined) return [[from, from]];
  cursor.at++;
  const to = element(cursor);
  if (to < from) throw new RegexError("Invalid character range");
  return [[from, to]];
}

function namedClass(cursor: { readonly pattern: string; at: number }): readonly Range[] {
  const end = cursor.pattern.indexOf(":]", cursor.at + 2);
  if (end === -1) throw new RegexError("Missing ']'");
  const name = cursor.pattern.slice(cursor.at + 2, end);
  cursor.at = end + 2;
  const ranges = Object.hasOwn(namedClasses, name) ? namedClasses[name] : undefined;
  if (ranges === undefined) throw new RegexError("Unknown character class name");
  return ranges;
}

const controls: Readonly<Record<string, number>> = { n: 10, t: 9, "\\": 92, "]": 93, r: 13, f: 12, v: 11 };

/** One character. A backslash is itself, except before what sed and awk let it stand for. */
function element(cursor: { readonly pattern: string; at: number }): number {
  const { pattern } = cursor;
  const [, opener = "", collated = ""] = /^\[([.=])(.+?)\1\]/u.exec(pattern.slice(cursor.at)) ?? [];
  if (opener !== "") {
    cursor.at += collated.length + 4;
    return collated.codePointAt(0) ?? 0;
  }
  const control = pattern[cursor.at] === "\\" ? controls[pattern[cursor.at + 1] ?? ""] : undefined;
  if (control !== undefined && !(control === 93 && pattern.indexOf("]", cursor.at + 2) === -1)) {
    cursor.at += 2;
    return control;
  }
  const code = pattern.codePointAt(cursor.at) ?? 0;
  cursor.at += code > 0xffff ? 2 : 1;
  return code;
}
