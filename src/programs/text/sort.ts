import { applet, type Call } from "../applet.ts";
import { Failure } from "../failure.ts";
import { sourceOrFailure } from "../input.ts";
import { lineReader } from "../line-reader.ts";
import { openForWriting } from "../open.ts";
import { compareBy, sortKeys } from "./sort-keys.ts";

export const sort = applet({
  names: ["sort"],
  usage: "[-nrughMcszbdfiokt] [-o FILE] [-k START[.OFS][OPTS][,END[.OFS][OPTS]] [-t CHAR] [FILE]...",
  help: `
Sort lines of text

	-o FILE	Output to FILE
	-c	Check whether input is sorted
	-b	Ignore leading blanks
	-f	Ignore case
	-i	Ignore unprintable characters
	-d	Dictionary order (blank or alphanumeric only)
	-n	Sort numbers
	-g	General numerical sort
	-h	Sort human readable numbers (2K 1G)
	-M	Sort month
	-V	Sort version
	-t CHAR	Field separator
	-k N[,M] Sort by Nth field
	-r	Reverse sort order
	-s	Stable (don't sort ties alphabetically)
	-u	Suppress duplicate lines
	-z	NUL terminated input and output`,
  options: {
    short: "nrughMcszbdfiVo:k:t:mCT:S:R",
    long: {
      "numeric-sort": "n",
      reverse: "r",
      unique: "u",
      "general-numeric-sort": "g",
      "human-numeric-sort": "h",
      "month-sort": "M",
      "version-sort": "V",
      check: "c",
      stable: "s",
      "zero-terminated": "z",
      "ignore-leading-blanks": "b",
      "dictionary-order": "d",
      "ignore-case": "f",
      key: "k",
      "field-separator": "t",
      output: "o",
      merge: "m",
      "random-sort": "R",
    },
  },
  usageExitCode: 2,
  unreadable: { open: { busybox: "%", gnu: "cannot read: %" }, read: { busybox: "%", gnu: "read failed: %" } },
  directory: "/usr/bin",
  async run(call) {
    const { options } = call;
    const lines = await allLines(call);
    const compare = compareBy(sortKeys(options), options);
    if (options.last("cC") !== undefined) return check(call, lines, compare);
    let ordered = options.has("R") ? shuffled(call, lines) : lines.toSorted(compare);
    if (options.has("u")) {
      const same = compareBy(sortKeys(options), { ...options, has: (option) => option === "s" || options.has(option) });
      ordered = ordered.filter((line, index) => index === 0 || same(ordered[index - 1] ?? "", line) !== 0);
    }
    await print(call, ordered);
    return 0;
  },
});

/** What a line takes beside its characters. */
const lineBytes = 64;

async function allLines(call: Call): Promise<string[]> {
  const { operands, options } = call;
  const all: string[] = [];
  for (const path of operands.length === 0 ? ["-"] : operands) {
    const source = await sourceOrFailure(call, path, 2);
    const lines = lineReader(source, options.has("z") ? "\0" : "\n");
    for (let line = await lines.next(); line !== undefined; line = await lines.next()) {
      source.hold(lineBytes + line.length);
      all.push(line);
    }
    source.close();
  }
  return all;
}

function shuffled({ process }: Call, lines: readonly string[]): string[] {
  const rank = new Map<string, number>();
  for (const line of lines) if (!rank.has(line)) rank.set(line, process.random.next());
  return lines.toSorted((a, b) => (rank.get(a) ?? 0) - (rank.get(b) ?? 0));
}

async function check(
  { process, flavour, options, operands, complain }: Call,
  lines: readonly string[],
  compare: (a: string, b: string) => number,
): Promise<number> {
  const limit = options.has("u") ? -1 : 0;
  const at = lines.findIndex((line, index) => index > 0 && compare(lines[index - 1] ?? "", line) > limit);
  if (at === -1) return 0;
  const gnu = `${operands[0] ?? "-"}:${at + 1}: disorder: ${lines[at] ?? ""}`;
  if (flavour !== "gnu") await process.warn(`Check line ${at}\n`);
  else if (options.has("c")) await complain(gnu);
  return 1;
}

async function print({ process, options, out }: Call, lines: readonly string[]): Promise<void> {
  const end = options.has("z") ? "\0" : "\n";
  const path = options.value("o");
  if (path === undefined) {
    for (const line of lines) await out.print(line + end);
    return;
  }
  try {
    const sink = openForWriting(process, path);
    await sink.print(lines.map((line) => line + end).join(""));
    sink.close();
  } catch (error) {
    throw new Failure(`${path}: ${error instanceof Error ? error.message : ""}`, 2);
  }
}
