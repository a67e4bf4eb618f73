import { applet, type Call } from "../applet.ts";
import { Failure } from "../failure.ts";
import { forEachLine } from "../input.ts";

export const factor = applet({
  names: ["factor"],
  usage: "[NUMBER]...",
  help: "Print prime factors",
  options: "",
  directory: "/usr/bin",
  async run(call) {
    for (const operand of call.operands) await show(call, operand);
    if (call.operands.length > 0) return 0;
    return forEachLine(call, [], async (line) => {
      for (const word of line.split(/\s+/u)) if (word !== "") await show(call, word);
    });
  },
});

async function show({ process, out }: Call, text: string): Promise<void> {
  const number = Number(text);
  if (!/^\d+$/u.test(text) || !Number.isSafeInteger(number)) throw new Failure(`invalid number '${text}'`);
  let rest = number;
  let line = `${number}:`;
  let steps = 0;
  for (let divisor = 2; divisor * divisor <= rest; divisor += divisor === 2 ? 1 : 2) {
    for (; rest % divisor === 0; rest /= divisor) line += ` ${divisor}`;
    if (++steps % 10_000 === 0) await process.pause();
  }
  await out.print(`${line}${rest > 1 ? ` ${rest}` : ""}\n`);
}
