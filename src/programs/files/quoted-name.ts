import { encodeText } from "../../runtime/text.ts";

/** A name as GNU's ls writes it: as it is (N), in C's quotes (Q), escaped (b), or quoted for a shell where need be. */
export function gnuName(name: string, quoting: string): string {
  if (quoting === "Q") return `"${escaped(name).replaceAll('"', String.raw`\"`)}"`;
  if (quoting === "b") return escaped(name).replaceAll(" ", String.raw`\ `);
  return quoting === "N" ? name : quotedForShell(name);
}

const special = /[\s!"#$&'()*;<=>?[\\^`{|}~]|^$/u;
const harmless = /^[^\s!"$&'()*;<=>?[\\^`|{}#~]+[#~{}]*$/u;
const unprintable = /[^\u0020-\u007E]/u;

function quotedForShell(name: string): string {
  if (unprintable.test(name)) return mixed(name);
  if (!special.test(name) || harmless.test(name)) return name;
  if (!name.includes("'")) return `'${name}'`;
  return /["$\\`]/u.test(name) ? `'${name.replaceAll("'", String.raw`'\''`)}'` : `"${name}"`;
}

/** In the C locale all but ASCII is written in octal: `'h'$'\303\251'`. */
function mixed(name: string): string {
  const runs = name.match(/[\u0020-\u007E]+|[^\u0020-\u007E]+/gu) ?? [];
  return runs
    .map((run) => (unprintable.test(run) ? `$'${escaped(run)}'` : `'${run.replaceAll("'", String.raw`'\''`)}'`))
    .join("")
    .replace(/^\$/u, "''$");
}

const letters: Readonly<Record<number, string>> = {
  7: "a",
  8: "b",
  9: "t",
  10: "n",
  11: "v",
  12: "f",
  13: "r",
  92: "\\",
};

function escaped(text: string): string {
  return Array.from(encodeText(text), (byte) => {
    const letter = letters[byte];
    if (letter !== undefined) return `\\${letter}`;
    return byte >= 32 && byte < 127 ? String.fromCodePoint(byte) : `\\${byte.toString(8).padStart(3, "0")}`;
  }).join("");
}
