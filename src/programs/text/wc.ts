import { applet, type Call } from "../applet.ts";
import { type Source, forEachSource } from "../input.ts";

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
  async run(call) {
    const { operands, out } = call;
    const total = noCounts();
    const count = onlyBytes(call) ? bytesOf : countsOf;
    const format = columns(call);
    const exitCode = await forEachSource(call, operands, async (source) => {
      const counts = await count(source);
      await out.print(`${format(counts)}${operands.length === 0 ? "" : ` ${source.name}`}\n`);
      total.lines += counts.lines;
      total.words += counts.words;
      total.characters += counts.characters;
      total.bytes += counts.bytes;
      total.longest = Math.max(total.longest, counts.longest);
    });
    if (operands.length > 1) await out.print(`${format(total)} total\n`);
    return exitCode;
  },
});

function noCounts(): Counts {
  return { lines: 0, words: 0, characters: 0, bytes: 0, longest: 0 };
}

const columnOf = { l: "lines", w: "words", m: "characters", c: "bytes", L: "longest" } as const;

/** One column is bare, several are nine wide. */
function columns({ options }: Call): (counts: Counts) => string {
  const asked = (["l", "w", "m", "c", "L"] as const).filter((letter) => options.has(letter));
  const shown = asked.length === 0 ? (["l", "w", "c"] as const) : asked;
  return (counts) => {
    const numbers = shown.map((letter) => String(counts[columnOf[letter]]));
    return shown.length === 1 ? numbers.join("") : numbers.map((number) => number.padStart(9)).join(" ");
  };
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

async function countsOf(source: Source): Promise<Counts> {
  const counts = noCounts();
  let inWord = false;
  let column = 0;
  for (let chunk = await source.read(); chunk !== undefined; chunk = await source.read()) {
    counts.bytes += chunk.length;
    for (const byte of chunk) {
      const space = byte === 32 || (byte >= 9 && byte <= 13);
      if (!space && !inWord) counts.words++;
      inWord = !space;
      const begins = (byte & 0xc0) !== 0x80;
      if (begins) counts.characters++;
      if (byte === 10) counts.lines++;
      if (byte === 10 || byte === 13) column = 0;
      else if (byte === 9) column += 8 - (column % 8);
      else if (byte >= 32 && begins) column++;
      if (column > counts.longest) counts.longest = column;
    }
  }
  return counts;
}
