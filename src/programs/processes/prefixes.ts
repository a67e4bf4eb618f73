import { applet, UsageError } from "../applet.ts";
import { Failure } from "../failure.ts";
import { openForWriting } from "../open.ts";
import { becomeCommand, runCommand } from "../run-command.ts";

export const nohup = applet({
  names: ["nohup"],
  usage: "PROG ARGS",
  help: "Run PROG immune to hangups, with output to a non-tty",
  options: { short: "", endAtOperand: true },
  usageExitCode: 127,
  directory: "/usr/bin",
  async run({ process, operands }) {
    if (operands.length === 0) throw new UsageError();
    process.onSignal("SIGHUP", "ignore");
    if (process.stdout.isTerminal) {
      await process.warn("nohup: appending output to nohup.out\n");
      openForWriting(process, "nohup.out", true).close();
      process.setDescriptor(1, process.open("nohup.out", "append"));
    }
    return becomeCommand(process, operands);
  },
});

export const nice = applet({
  names: ["nice"],
  usage: "[-n ADJUST] [PROG ARGS]",
  help: "Change scheduling priority, run PROG\n\n\t-n ADJUST\tAdjust priority by ADJUST",
  options: { short: "n:", long: { adjustment: "n" }, endAtOperand: true },
  usageExitCode: 125,
  rewrite: ([first = "", ...rest]) => [first.replace(/^--?(\d+)$/u, "-n$1"), ...rest],
  async run({ process, options, operands, out }) {
    const adjustment = options.value("n");
    if (adjustment !== undefined && !/^[-+]?\d+$/u.test(adjustment))
      throw new Failure(`invalid number '${adjustment}'`, 125);
    if (operands.length > 0) return becomeCommand(process, operands);
    await out.print("0\n");
    return 0;
  },
});

export const time = applet({
  names: ["time"],
  usage: "[-p] PROG ARGS",
  help: "Run PROG, display resource usage when it exits",
  options: { short: "p", long: { portability: "p" }, endAtOperand: true },
  directory: "/usr/bin",
  async run({ process, options, operands }) {
    if (operands.length === 0) throw new UsageError();
    const startedAt = process.clock.now();
    const exitCode = await runCommand(process, operands);
    const seconds = (process.clock.now() - startedAt) / 1000;
    const real = options.has("p") ? seconds.toFixed(2) : `${Math.floor(seconds / 60)}m ${(seconds % 60).toFixed(2)}s`;
    const none = options.has("p") ? "0.00" : "0m 0.00s";
    const separator = options.has("p") ? " " : "\t";
    await process.warn(`real${separator}${real}\nuser${separator}${none}\nsys${separator}${none}\n`);
    return exitCode;
  },
});
