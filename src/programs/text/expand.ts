import { applet } from "../applet.ts";
import { Failure } from "../failure.ts";
import { forEachLine } from "../input.ts";
import { widthOf } from "../numbers.ts";

export const expand = applet({
  names: ["expand"],
  usage: "[-i] [-t N] [FILE]...",
  help: `
Convert tabs to spaces, writing to stdout

	-i	Don't convert tabs after non blanks
	-t	Tabstops every N chars`,
  options: { short: "it:", long: { initial: "i", tabs: "t" } },
  directory: "/usr/bin",
  async run(call) {
    const { options, operands, out } = call;
    const width = widthOf(options.value("t") ?? "8");
    return forEachLine(call, operands, (line, { terminated }) => {
      const leading = options.has("i") ? (/^\s*/u.exec(line)?.[0] ?? "") : line;
      return out.print(expanded(leading, width) + line.slice(leading.length) + (terminated ? "\n" : ""));
    });
  },
});

export const unexpand = applet({
  names: ["unexpand"],
  usage: "[-fa] [-t N] [FILE]...",
  help: `
Convert spaces to tabs, writing to stdout

	-a	Convert all blanks
	-f	Convert only leading blanks
	-t N	Tabstops every N chars`,
  options: { short: "fat:", long: { all: "a", "first-only": "f", tabs: "t" } },
  directory: "/usr/bin",
  async run(call) {
    const { options, operands, out } = call;
    const width = widthOf(options.value("t") ?? "8");
    const everywhere = options.last("fa") === "a" || (options.has("t") && !options.has("f"));
    return forEachLine(call, operands, (line, { terminated }) => {
      const plain = expanded(line, width);
      const leading = everywhere ? plain : (/^ */u.exec(plain)?.[0] ?? "");
      return out.print(tabbed(leading, width) + plain.slice(leading.length) + (terminated ? "\n" : ""));
    });
  },
});

/** Characters of a line with its tabs expanded. */
const longestLine = 16 * 1024 * 1024;

function expanded(text: string, width: number): string {
  let out = "";
  let column = 0;
  for (const character of text) {
    if (out.length > longestLine) throw new Failure("out of memory");
    const piece = character === "\t" ? " ".repeat(width - (column % width)) : character;
    out += piece;
    column += piece.length;
  }
  return out;
}

/** At least two blanks before a tab stop become a tab. */
function tabbed(text: string, width: number): string {
  let out = "";
  for (let at = 0; at < text.length; at += width) {
    const cell = text.slice(at, at + width);
    out += cell.length === width ? cell.replace(/ {2,}$/u, "\t") : cell;
  }
  return out;
}
