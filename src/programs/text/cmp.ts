import { applet, UsageError } from "../applet.ts";
import { readWhole, sourceOrFailure } from "../input.ts";

export const cmp = applet({
  names: ["cmp"],
  usage: "[-ls] FILE1 [FILE2]",
  help: `
Compare FILE1 with FILE2 (or stdin)

	-l	Write the byte numbers (decimal) and values (octal) for all differing bytes
	-s	Quiet`,
  options: { short: "ls", long: { verbose: "l", quiet: "s", silent: "s" } },
  usageExitCode: 2,
  directory: "/usr/bin",
  async run(call) {
    const { options, operands, out } = call;
    const [left, right = "-"] = operands;
    if (left === undefined) throw new UsageError();
    const a = await readWhole(await sourceOrFailure(call, left, 2));
    const b = await readWhole(await sourceOrFailure(call, right, 2));
    const shared = Math.min(a.length, b.length);
    let line = 1;
    let differs = false;
    for (let at = 0; at < shared; at++) {
      if (a[at] !== b[at]) {
        differs = true;
        if (options.has("s")) return 1;
        if (!options.has("l")) {
          await out.print(`${left} ${right} differ: char ${at + 1}, line ${line}\n`);
          return 1;
        }
        const octal = (byte: number | undefined) => (byte ?? 0).toString(8).padStart(3);
        await out.print(`${String(at + 1).padStart(String(shared).length)} ${octal(a[at])} ${octal(b[at])}\n`);
      }
      if (a[at] === 10) line++;
    }
    if (a.length === b.length) return differs ? 1 : 0;
    if (!options.has("s")) await call.complain(`EOF on ${a.length < b.length ? left : right}`);
    return 1;
  },
});
