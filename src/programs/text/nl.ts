import { applet } from "../applet.ts";
import { Failure } from "../failure.ts";
import { forEachLine } from "../input.ts";
import { integerOf, widthOf } from "../numbers.ts";

export const nl = applet({
  names: ["nl"],
  usage: "[OPTIONS] [FILE]...",
  help: `
Write FILEs to standard output with line numbers added

	-b STYLE	Which lines to number - a: all, t: nonempty, n: none
	-i N		Line number increment
	-s STRING	Use STRING as line number separator
	-v N		Start from N
	-w N		Width of line numbers
	-n FORMAT	ln, rn or rz`,
  options: {
    short: "b:i:s:v:w:n:",
    long: {
      "body-numbering": "b",
      "line-increment": "i",
      "number-separator": "s",
      "starting-line-number": "v",
      "number-width": "w",
      "number-format": "n",
    },
  },
  directory: "/usr/bin",
  async run(call) {
    const { options, operands, out } = call;
    const style = options.value("b") ?? "t";
    if (!/^[atn]/u.test(style)) throw new Failure(`invalid body numbering style: '${style}'`);
    const width = widthOf(options.value("w") ?? "6");
    const separator = options.value("s") ?? "\t";
    const format = options.value("n") ?? "rn";
    const shown = (value: number) => {
      if (format === "ln") return String(value).padEnd(width);
      return String(value).padStart(width, format === "rz" ? "0" : " ");
    };
    let number = integerOf(options.value("v") ?? "1");
    return forEachLine(call, operands, (line) => {
      const counts = style.startsWith("a") || (style.startsWith("t") && line !== "");
      if (!counts) return out.print(`${" ".repeat(width + separator.length)}${line}\n`);
      const text = `${shown(number)}${separator}${line}\n`;
      number += integerOf(options.value("i") ?? "1");
      return out.print(text);
    });
  },
});
