import { applet, UsageError } from "../applet.ts";
import { durationMs } from "../numbers.ts";
import { cannotExecute } from "../run-command.ts";
import { signalNamed } from "./signal-names.ts";

export const timeout = applet({
  names: ["timeout"],
  usage: "[-s SIG] [-k KILL_SECS] SECS PROG ARGS",
  help: "Run PROG. Send SIG to it if it is not gone in SECS seconds.\nDefault SIG: TERM. If it still exists in KILL_SECS seconds, send KILL.",
  options: {
    short: "s:k:vp",
    long: { signal: "s", "kill-after": "k", foreground: "v", "preserve-status": "p" },
    endAtOperand: true,
  },
  directory: "/usr/bin",
  usageExitCode: { busybox: 1, gnu: 125 },
  async run({ process, options, operands }) {
    const [duration, ...command] = operands;
    if (duration === undefined || command.length === 0) throw new UsageError("");
    const limitMs = durationMs(duration, { busybox: 1, gnu: 125 });
    const killMs =
      options.value("k") === undefined ? undefined : durationMs(options.value("k") ?? "0", { busybox: 1, gnu: 125 });
    const signal = signalNamed(options.value("s") ?? "TERM");
    const cancels: (() => void)[] = [];
    let timedOut = false;
    try {
      const child = await process.spawn(command);
      const after = (ms: number, act: () => void) => {
        if (ms > 0 && Number.isFinite(ms)) cancels.push(process.clock.after(ms, act));
      };
      after(limitMs, () => {
        timedOut = true;
        if (signal !== 0) process.kill(child.pid, signal);
        after(killMs ?? 0, () => process.kill(child.pid, "SIGKILL"));
      });
      process.onSignal("SIGTERM", () => process.kill(child.pid, "SIGTERM"));
      const exitCode = await process.waitFor(child.exit);
      return timedOut && exitCode !== 137 && !options.has("p") ? 124 : exitCode;
    } catch (error) {
      return await cannotExecute(process, command, error);
    } finally {
      for (const cancel of cancels) cancel();
    }
  },
});
