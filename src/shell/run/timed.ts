import type { Step } from "./outcome.ts";

/** `time`: how long it took by the cluster's clock; nothing is known of processor time. */
export function timed(run: Step): Step {
  return async (shell) => {
    const { clock } = shell.process;
    const startedAt = clock.now();
    const status = await run(shell);
    const format = shell.dialect.bash ? inBash : inBusybox;
    await shell.warn(format(clock.now() - startedAt));
    return status;
  };
}

function inBash(ms: number): string {
  const show = (value: number) => `${Math.floor(value / 60_000)}m${((value % 60_000) / 1000).toFixed(3)}s`;
  return `\nreal\t${show(ms)}\nuser\t${show(0)}\nsys\t${show(0)}\n`;
}

function inBusybox(ms: number): string {
  const show = (value: number) => `${Math.floor(value / 60_000)}m ${((value % 60_000) / 1000).toFixed(2)}s`;
  return `real\t${show(ms)}\nuser\t${show(0)}\nsys\t${show(0)}\n`;
}
