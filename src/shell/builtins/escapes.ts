import { byteCharacter, joinedBytes } from "../../runtime/text.ts";

/** A text with its backslash escapes resolved; `isCut`: at `\c`, and nothing more is to be written. */
export interface Unescaped {
  readonly text: string;
  readonly isCut: boolean;
}

const simple: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  e: "\x1b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
};

const escape = /\\(?:(0[0-7]{0,3}|[1-7][0-7]{0,2})|(x[\da-fA-F]{1,2}|u[\da-fA-F]{1,4})|([^]))/g;

/** As `echo -e` and `%b` read them; without `extended`, as dash does, there are no codes in hex, and no `\e`. */
export function unescape(text: string, extended = true): Unescaped {
  if (!text.includes("\\")) return { text, isCut: false };
  const cut = /(?<!\\)(?:\\\\)*\\c/.exec(text);
  const kept = cut ? text.slice(0, cut.index + cut[0].length - 2) : text;
  const resolved = kept.replace(escape, (whole, octal?: string, hex?: string, letter?: string) => {
    if (octal !== undefined) return byteCharacter(Number.parseInt(octal, 8) & 255);
    if (!extended && (hex !== undefined || letter === "e")) return whole;
    if (hex?.startsWith("x")) return byteCharacter(Number.parseInt(hex.slice(1), 16));
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex.slice(1), 16));
    return simple[letter ?? ""] ?? whole;
  });
  return { text: joinedBytes(resolved), isCut: cut !== null };
}
