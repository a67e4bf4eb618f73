import type { Shell } from "../shell.ts";
import type { Step } from "./outcome.ts";

/** `time`: how long it took by the cluster's clock, and what it had of the processor, all as the user's. */
export function timed(run: Step): Step {
  return async (shell) => {
    const { clock } = shell.process;
    const startedAt = clock.now();
    const usedMs = processorMs(shell);
    const status = await run(shell);
    const format = shell.dialect.bash ? inBash : inBusybox;
    await shell.warn(format(clock.now() - startedAt, processorMs(shell) - usedMs));
    return status;
  };
}

function processorMs({ process }: Shell): number {
  return (process.cpu.usedNs + process.cpu.childrenNs) / 1e6;
}

function inBash(ms: number, usedMs: number): string {
  const show = (value: number) => `${Math.floor(value / 60_000)}m${((value % 60_000) / 1000).toFixed(3)}s`;
  return `\nreal\t${show(ms)}\nuser\t${show(usedMs)}\nsys\t${show(0)}\n`;
}

function inBusybox(ms: number, usedMs: number): string {
  const show = (value: number) => `${Math.floor(value / 60_000)}m ${((value % 60_000) / 1000).toFixed(2)}s`;
  return `real\t${show(ms)}\nuser\t${show(usedMs)}\nsys\t${show(0)}\n`;
}
