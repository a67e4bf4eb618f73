import { applet, type Call } from "../applet.ts";
import { readAtMost, readWhole, sourceOrFailure } from "../input.ts";
import { sizeOf } from "../numbers.ts";

export const hexdump = applet({
  names: ["hexdump", "hd"],
  usage: "[-bcdoxCv] [-n LEN] [-s OFS] [FILE]...",
  help: `
Display FILEs (or stdin) in a user specified format

	-b		1-byte octal display
	-c		1-byte character display
	-d		2-byte decimal display
	-o		2-byte octal display
	-x		2-byte hex display
	-C		hex+ASCII 16 bytes per line
	-v		Show all (no dup folding)
	-n LEN		Show only first LEN bytes
	-s OFS		Skip OFS bytes`,
  options: "bcdoxCvn:s:",
  directory: "/usr/bin",
  async run(call) {
    const { options, out } = call;
    const canonical = options.has("C") || call.name === "hd";
    const skip = sizeOf(options.value("s") ?? "0");
    const whole = await bytesOf(call);
    const bytes = whole.subarray(skip, options.has("n") ? skip + sizeOf(options.value("n") ?? "") : undefined);
    const digits = canonical ? 8 : 7;
    const show = canonical ? canonicalLine : wordLine(options.last("bcdox") ?? "");
    let previous = "";
    let starred = false;
    for (let at = 0; at < bytes.length; at += 16) {
      const line = bytes.subarray(at, at + 16);
      const text = show(line);
      if (text === previous && line.length === 16 && !options.has("v")) {
        if (!starred) await out.print("*\n");
        starred = true;
      } else {
        await out.print(`${(at + skip).toString(16).padStart(digits, "0")}${text}\n`);
        starred = false;
      }
      previous = text;
    }
    if (bytes.length > 0) await out.print(`${(bytes.length + skip).toString(16).padStart(digits, "0")}\n`);
  },
});

async function bytesOf(call: Call): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  const limit = call.options.has("n")
    ? sizeOf(call.options.value("n") ?? "") + sizeOf(call.options.value("s") ?? "0")
    : undefined;
  let left = limit ?? 0;
  for (const path of call.operands.length === 0 ? ["-"] : call.operands) {
    const source = await sourceOrFailure(call, path);
    const bytes = limit === undefined ? await readWhole(source) : await readAtMost(source, left);
    parts.push(bytes);
    left -= bytes.length;
    source.close();
  }
  return Buffer.concat(parts);
}

function canonicalLine(line: Uint8Array): string {
  const hex = [...line].map((byte) => byte.toString(16).padStart(2, "0"));
  const columns = `${hex.slice(0, 8).join(" ")}  ${hex.slice(8).join(" ")}`;
  return `  ${columns.padEnd(48)}  |${printable(line)}|`;
}

/** With a dot for what cannot be shown. */
export function printable(bytes: Uint8Array): string {
  return [...bytes].map((byte) => (byte >= 32 && byte < 127 ? String.fromCodePoint(byte) : ".")).join("");
}

const escapes: Readonly<Record<number, string>> = {
  0: "\\0",
  7: "\\a",
  8: "\\b",
  9: "\\t",
  10: "\\n",
  11: "\\v",
  12: "\\f",
  13: "\\r",
};

function wordLine(letter: string): (line: Uint8Array) => string {
  if (letter === "b") return (line) => [...line].map((byte) => ` ${byte.toString(8).padStart(3, "0")}`).join("");
  if (letter === "c") {
    return (line) =>
      [...line]
        .map((byte) =>
          (
            escapes[byte] ?? (byte >= 32 && byte < 127 ? String.fromCodePoint(byte) : byte.toString(8).padStart(3, "0"))
          ).padStart(4),
        )
        .join("");
  }
  const shown: Readonly<Record<string, (word: number) => string>> = {
    "": (word) => ` ${word.toString(16).padStart(4, "0")}`,
    x: (word) => `    ${word.toString(16).padStart(4, "0")}`,
    d: (word) => `   ${String(word).padStart(5, "0")}`,
    o: (word) => `  ${word.toString(8).padStart(6, "0")}`,
  };
  return (line) => {
    let out = "";
    for (let at = 0; at < line.length; at += 2)
      out += shown[letter]?.((line[at] ?? 0) | ((line[at + 1] ?? 0) << 8)) ?? "";
    return out;
  };
}
