import { applet, UsageError } from "../applet.ts";
import { sourceOrFailure } from "../input.ts";
import { lineReader } from "../line-reader.ts";

export const comm = applet({
  names: ["comm"],
  usage: "[-123] FILE1 FILE2",
  help: `
Compare FILE1 with FILE2

	-1	Suppress lines unique to FILE1
	-2	Suppress lines unique to FILE2
	-3	Suppress lines common to both files`,
  options: "123",
  directory: "/usr/bin",
  async run(call) {
    const { options, operands, out } = call;
    const [left, right] = operands;
    if (left === undefined || right === undefined || operands.length > 2) throw new UsageError();
    const first = lineReader(await sourceOrFailure(call, left));
    const second = lineReader(await sourceOrFailure(call, right));
    const indent = ["", options.has("1") ? "" : "\t", (options.has("1") ? "" : "\t") + (options.has("2") ? "" : "\t")];
    const show = async (column: number, line: string) => {
      if (!options.has(String(column + 1))) await out.print(`${indent[column] ?? ""}${line}\n`);
    };
    let a = await first.next();
    let b = await second.next();
    while (a !== undefined || b !== undefined) {
      const order = a === undefined ? 1 : b === undefined ? -1 : Number(a > b) - Number(a < b);
      if (order === 0) await show(2, a ?? "");
      else await (order < 0 ? show(0, a ?? "") : show(1, b ?? ""));
      if (order <= 0) a = await first.next();
      if (order >= 0) b = await second.next();
    }
  },
});
