import { byteCharacter, joinedBytes } from "../../runtime/text.ts";

const letters: Readonly<Record<string, string>> = {
  a: "\u0007",
  b: "\b",
  e: "\u001B",
  E: "\u001B",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
  '"': '"',
};

/**
 * Replaces `\n`, `\t`, `\x41`, `\101`, `\u00e9` and the like. `\c` stops all output. Octal is `\0nnn` for echo and
 * `%b`, and `\nnn` for a printf format.
 */
export function backslashEscapes(text: string, dialect: "echo" | "format"): { text: string; stopped: boolean } {
  const octal = dialect === "echo" ? "0[0-7]{0,3}|[1-7][0-7]{0,2}" : "[0-7]{1,3}";
  const pattern = new RegExp(
    `\\\\(?:(${octal})|x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|(c)|([^]))`,
    "gu",
  );
  let out = "";
  let at = 0;
  for (const match of text.matchAll(pattern)) {
    const [whole, eight, sixteen, short, long, stop, letter] = match;
    out += text.slice(at, match.index);
    at = match.index + whole.length;
    if (stop !== undefined && dialect === "echo") return { text: joinedBytes(out), stopped: true };
    const code = short ?? long;
    if (eight !== undefined) out += byteCharacter(Number.parseInt(eight, 8) & 0xff);
    else if (sixteen !== undefined) out += byteCharacter(Number.parseInt(sixteen, 16));
    else if (code !== undefined) out += String.fromCodePoint(Math.min(Number.parseInt(code, 16), 0x10ffff));
    else out += letters[letter ?? ""] ?? whole;
  }
  return { text: joinedBytes(out + text.slice(at)), stopped: false };
}
