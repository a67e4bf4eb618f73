import { applet, type Call } from "../applet.ts";
import { knowsUnicode } from "../flavour.ts";
import { type Source, sourceOrComplaint } from "../input.ts";
import { statOf } from "../paths.ts";

interface Counts {
  lines: number;
  words: number;
  characters: number;
  bytes: number;
  longest: number;
}

export const wc = applet({
  names: ["wc"],
  usage: "[-cmlwL] [FILE]...",
  help: `
Count lines, words, and bytes for FILEs (or stdin)

	-c	Count bytes
	-m	Count characters
	-l	Count newlines
	-w	Count words
	-L	Print longest line length`,
  options: {
    short: "cmlwL",
    long: { bytes: "c", chars: "m", lines: "l", words: "w", "max-line-length": "L" },
  },
  unreadable: { open: "%", read: "%" },
  async run(call) {
    const { operands, out } = call;
    const total = noCounts();
    const count = onlyBytes(call) ? bytesOf : (source: Source) => countsOf(source, knowsUnicode(call.process));
    const format = columns(call);
    let exitCode = 0;
    for (const path of operands.length === 0 ? ["-"] : operands) {
      const source = await sourceOrComplaint(call, path);
      if (source === undefined) exitCode = 1;
      const isDirectory = source === undefined && statOf(call.process, path)?.kind === "directory";
      if (source === undefined && !isDirectory) continue;
      const counts = source === undefined ? noCounts() : await count(source);
      source?.close();
      await out.print(`${format(counts)}${operands.length === 0 ? "" : ` ${path}`}\n`);
      total.lines += counts.lines;
      total.words += counts.words;
      total.characters += counts.characters;
      total.bytes += counts.bytes;
      total.longest = Math.max(total.longest, counts.longest);
    }
    if (operands.length > 1) await out.print(`${format(total)} total\n`);
    return exitCode;
  },
});

function noCounts(): Counts {
  return { lines: 0, words: 0, characters: 0, bytes: 0, longest: 0 };
}

const columnOf = { l: "lines", w: "words", m: "characters", c: "bytes", L: "longest" } as const;

/** One number is bare, several are nine wide; GNU's are as wide as the size of all files, or seven. */
function columns(call: Call): (counts: Counts) => string {
  const { options, operands } = call;
  const isGnu = call.flavour === "gnu";
  const asked = (["l", "w", "m", "c", "L"] as const).filter((letter) => options.has(letter));
  const shown = asked.length === 0 ? (["l", "w", "c"] as const) : asked;
  return (counts) => {
    const numbers = shown.map((letter) => String(counts[columnOf[letter]]));
    if (shown.length === 1 && operands.length < 2) return numbers.join("");
    const width = isGnu ? gnuWidth(call, counts) : 9;
    return numbers.map((number) => number.padStart(width)).join(" ");
  };
}

function gnuWidth({ process, operands }: Call, { bytes }: Counts): number {
  if (operands.length === 0) return process.descriptors.get(0)?.kind === "file" ? String(bytes).length : 7;
  const infos = operands.flatMap((path) => statOf(process, path) ?? []);
  const isPlain = !operands.includes("-") && infos.every(({ kind }) => kind === "file");
  const size = infos.reduce((sum, info) => sum + info.size, 0);
  return Math.max(isPlain ? 1 : 7, String(size).length);
}

/** Nobody need look at the bytes then. */
function onlyBytes({ options }: Call): boolean {
  return options.has("c") && !["l", "w", "m", "L"].some((letter) => options.has(letter));
}

async function bytesOf(source: Source): Promise<Counts> {
  const counts = noCounts();
  for (let chunk = await source.read(); chunk !== undefined; chunk = await source.read()) counts.bytes += chunk.length;
  return counts;
}

async function countsOf(source: Source, unicode: boolean): Promise<Counts> {
  const counts = noCounts();
  let inWord = false;
  let column = 0;
  for (let chunk = await source.read(); chunk !== undefined; chunk = await source.read()) {
    counts.bytes += chunk.length;
    for (const byte of chunk) {
      const space = byte === 32 || (byte >= 9 && byte <= 13);
      if (!space && !inWord) counts.words++;
      inWord = !space;
      const begins = !unicode || (byte & 0xc0) !== 0x80;
      if (begins) counts.characters++;
      if (byte === 10) counts.lines++;
      if (byte === 10 || byte === 13) column = 0;
      else if (byte === 9) column += 8 - (column % 8);
      else if (byte >= 32 && begins && (unicode || byte < 127)) column++;
      if (column > counts.longest) counts.longest = column;
    }
  }
  return counts;
}
