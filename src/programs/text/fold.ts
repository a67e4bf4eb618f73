import { applet } from "../applet.ts";
import { Failure } from "../failure.ts";
import { forEachLine } from "../input.ts";
import { countOf } from "../numbers.ts";

export const fold = applet({
  names: ["fold"],
  usage: "[-bs] [-w WIDTH] [FILE]...",
  help: `
Wrap input lines in FILEs (or stdin), writing to stdout

	-b	Count bytes rather than columns
	-s	Break at spaces
	-w	Use WIDTH columns instead of 80`,
  options: { short: "bsw:", long: { bytes: "b", spaces: "s", width: "w" } },
  directory: "/usr/bin",
  rewrite: ([first = "", ...rest]) => [first.replace(/^-(\d+)$/u, "-w$1"), ...rest],
  async run(call) {
    const { options, operands, out } = call;
    const width = countOf(options.value("w") ?? "80");
    if (width === 0) throw new Failure("invalid number '0'");
    return forEachLine(call, operands, (line, { terminated }) => {
      return out.print(folded(line, width, options.has("s")).join("\n") + (terminated ? "\n" : ""));
    });
  },
});

function folded(line: string, width: number, atSpaces: boolean): string[] {
  const pieces: string[] = [];
  let rest = Array.from(line);
  while (columnsOf(rest) > width) {
    const fitting = fittingOf(rest, width);
    const space = atSpaces ? rest.slice(0, fitting).findLastIndex((character) => /\s/u.test(character)) + 1 : 0;
    const end = space || fitting;
    pieces.push(rest.slice(0, end).join(""));
    rest = rest.slice(end);
  }
  return [...pieces, rest.join("")];
}

function columnsOf(characters: readonly string[]): number {
  return characters.reduce(advanced, 0);
}

function fittingOf(characters: readonly string[], width: number): number {
  let column = 0;
  const end = characters.findIndex((character) => (column = advanced(column, character)) > width);
  return Math.max(1, end);
}

function advanced(column: number, character: string): number {
  if (character === "\t") return column + 8 - (column % 8);
  if (character === "\b") return Math.max(0, column - 1);
  return character === "\r" ? 0 : column + 1;
}
