import { applet, type Call } from "../applet.ts";
import { Failure } from "../failure.ts";
import { readAtMost, readWhole, sourceOrFailure } from "../input.ts";
import { sizeOf } from "../numbers.ts";

export const od = applet({
  names: ["od"],
  usage: "[-abcdfhilovxs] [-t TYPE] [-A RADIX] [-N SIZE] [-j SKIP] [-w WIDTH] [FILE]...",
  help: "Print FILEs (or stdin) unambiguously, as octal bytes by default",
  options: {
    short: "abcdhilovxst:A:N:j:w:",
    long: {
      format: "t",
      "address-radix": "A",
      "read-bytes": "N",
      "skip-bytes": "j",
      width: "w",
      "output-duplicates": "v",
    },
  },
  directory: "/usr/bin",
  async run(call) {
    const { options, out } = call;
    const formats = formatsOf(call);
    const bytes = await bytesOf(call);
    const width = sizeOf(options.value("w") ?? "16");
    const radix = { d: 10, o: 8, x: 16, n: 0 }[options.value("A") ?? "o"];
    if (radix === undefined || width === 0) throw new Failure(`invalid argument '${options.value("A") ?? ""}'`);
    const skip = sizeOf(options.value("j") ?? "0");
    const address = (at: number) =>
      radix === 0 ? "" : (at + skip).toString(radix).padStart(radix === 16 ? 6 : 7, "0");
    let previous = "";
    let starred = false;
    for (let at = 0; at < bytes.length; at += width) {
      const line = bytes.subarray(at, at + width);
      const text = formats.map((format) => format(line)).join("\n".padEnd(radix === 0 ? 1 : 8));
      if (text === previous && line.length === width && !options.has("v")) {
        if (!starred) await out.print("*\n");
        starred = true;
      } else {
        await out.print(`${address(at)}${text}\n`);
        starred = false;
      }
      previous = text;
    }
    if (radix !== 0) await out.print(`${address(bytes.length)}\n`);
  },
});

async function bytesOf(call: Call): Promise<Uint8Array> {
  const { options, operands } = call;
  const parts: Uint8Array[] = [];
  const skip = sizeOf(options.value("j") ?? "0");
  const limit = options.has("N") ? sizeOf(options.value("N") ?? "") + skip : undefined;
  let left = limit ?? 0;
  for (const path of operands.length === 0 ? ["-"] : operands) {
    const source = await sourceOrFailure(call, path);
    const bytes = limit === undefined ? await readWhole(source) : await readAtMost(source, left);
    parts.push(bytes);
    left -= bytes.length;
    source.close();
  }
  return Buffer.concat(parts).subarray(skip);
}

type Format = (line: Uint8Array) => string;

const letters: Readonly<Record<string, string>> = {
  a: "a",
  b: "o1",
  c: "c",
  d: "u2",
  h: "x2",
  x: "x2",
  i: "d4",
  l: "d8",
  o: "o2",
  s: "d2",
};

function formatsOf({ options }: Call): Format[] {
  const types: string[] = [];
  for (const [option, value] of options.given) {
    if (option === "t") types.push(...(value.match(/[acdoux]\d*z?|[^acdoux]/gu) ?? []));
    else if (letters[option] !== undefined) types.push(letters[option] ?? "");
  }
  return (types.length === 0 ? ["o2"] : types).map(formatOf);
}

function formatOf(type: string): Format {
  const [, letter = "", digits = ""] = /^([acdoux])([1248]?)z?$/u.exec(type) ?? [];
  if (letter === "") throw new Failure(`invalid type string '${type}'`);
  if (letter === "c" || letter === "a") return (line) => [...line].map((byte) => character(byte, letter)).join("");
  const size = Number(digits === "" ? "4" : digits);
  const width =
    { o: Math.ceil((size * 8) / 3), x: size * 2, u: decimalWidth(size), d: decimalWidth(size) + 1 }[letter] ?? 0;
  return (line) =>
    numbers(line, size)
      .map((number) => ` ${shown(number, letter, size).padStart(width)}`)
      .join("");
}

function decimalWidth(size: number): number {
  return String(256n ** BigInt(size) - 1n).length;
}

/** Little-endian; a last one that is cut short is filled with zeros. */
function numbers(line: Uint8Array, size: number): bigint[] {
  const out: bigint[] = [];
  for (let at = 0; at < line.length; at += size) {
    let number = 0n;
    for (let i = 0; i < size; i++) number |= BigInt(line[at + i] ?? 0) << BigInt(8 * i);
    out.push(number);
  }
  return out;
}

function shown(number: bigint, letter: string, size: number): string {
  if (letter === "d") return String(BigInt.asIntN(size * 8, number));
  if (letter === "u") return String(number);
  const width = letter === "x" ? size * 2 : Math.ceil((size * 8) / 3);
  return number.toString(letter === "x" ? 16 : 8).padStart(width, "0");
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
const names =
  "nul soh stx etx eot enq ack bel bs ht nl vt ff cr so si dle dc1 dc2 dc3 dc4 nak syn etb can em sub esc fs gs rs us sp".split(
    " ",
  );

function character(byte: number, letter: string): string {
  if (letter === "a") {
    const low = byte & 0x7f;
    return (low === 127 ? "del" : (names[low] ?? String.fromCodePoint(low))).padStart(4);
  }
  const printable = byte >= 32 && byte < 127;
  const text = escapes[byte] ?? (printable ? String.fromCodePoint(byte) : byte.toString(8).padStart(3, "0"));
  return text.padStart(4);
}
