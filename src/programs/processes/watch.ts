import { strftime } from "../../runtime/strftime.ts";
import { applet, type Call, UsageError } from "../applet.ts";
import { durationMs } from "../numbers.ts";
import { runCommand } from "../run-command.ts";

export const watch = applet({
  names: ["watch"],
  usage: "[-n SEC] [-t] PROG ARGS",
  help: `
Run PROG periodically

	-n SEC	Period (default 2)
	-t	Don't print header`,
  options: { short: "n:tdcx", long: { interval: "n", "no-title": "t", differences: "d" }, endAtOperand: true },
  directory: "/usr/bin",
  async run(call) {
    const { process, options, operands, out } = call;
    if (operands.length === 0) throw new UsageError();
    const seconds = options.value("n") ?? "2";
    const periodMs = Math.max(100, durationMs(seconds));
    for (;;) {
      await out.print("\u001B[H\u001B[J");
      if (!options.has("t")) await out.print(`${header(call, seconds)}\n\n`);
      await out.flush();
      await runCommand(process, options.has("x") ? operands : ["sh", "-c", operands.join(" ")]);
      await process.sleep(periodMs);
    }
  },
});

function header({ process, operands }: Call, seconds: string): string {
  const width = process.terminal?.width ?? 80;
  const time = strftime("%a %b %e %H:%M:%S %Y", process.clock.now());
  const title = `Every ${Number(seconds).toFixed(1)}s: ${operands.join(" ")}`;
  const room = width - time.length - 1;
  return title.length > room
    ? `${title.slice(0, Math.max(0, room))} ${time}`
    : title.padEnd(width - time.length) + time;
}
