import { SystemError } from "../../runtime/process.ts";
import { Exit, Interrupted, LoopJump, Return, ShellError } from "../jumps.ts";
import type { Shell } from "../shell.ts";
import type { Step } from "./outcome.ts";
import { runTrap } from "./traps.ts";

/** Runs what is all that a process does, then its EXIT trap. The status is the process's. */
export async function runToEnd(shell: Shell, body: Step): Promise<number> {
  shell.status = await statusOf(shell, body);
  if (!shell.traps.get("EXIT")) return shell.status & 255;
  const status = await statusOf(shell, async () => {
    await runTrap(shell, "EXIT");
    return shell.status;
  });
  return status & 255;
}

async function statusOf(shell: Shell, body: Step): Promise<number> {
  try {
    return await body(shell);
  } catch (error) {
    return await statusAfter(shell, error);
  }
}

/** Tells a failure, once. */
export async function tell(shell: Shell, error: ShellError): Promise<void> {
  if (error.isTold) return;
  error.isTold = true;
  if (error.sourceLine !== undefined && shell.dialect.bash) return tellInBash(shell, error, error.sourceLine);
  await shell.complain(error.message, error.builtin, error.line);
}

/** A syntax error: bash says what it was reading, and shows the line. */
async function tellInBash(shell: Shell, { message, line, builtin }: ShellError, source: string): Promise<void> {
  const given = shell.isCommand && shell.fileDepth === 0 ? "-c: " : "";
  const reading = (builtin ?? shell.builtin) === "eval" ? "eval: " : given;
  const place = shell.options.interactive ? "" : `line ${line ?? shell.line}: `;
  const prefix = `${shell.name}: ${reading}${place}`;
  await shell.warn(`${prefix}${message}\n`);
  if (source !== "" && !shell.options.interactive) await shell.warn(`${prefix}\`${source}'\n`);
}

/**
 * What an error that nothing caught makes of the shell's status; it has been told when it has to be. JavaScript
 * throws a RangeError when its stack has no end: that is no bug here.
 */
export async function statusAfter(shell: Shell, error: unknown): Promise<number> {
  if (error instanceof Exit || error instanceof Return) return error.status;
  if (error instanceof LoopJump) return shell.status;
  if (error instanceof Interrupted) return 130;
  if (error instanceof ShellError) {
    await tell(shell, error);
    return error.status;
  }
  if (error instanceof SystemError) {
    await shell.complain(error.message);
    return 2;
  }
  if (error instanceof RangeError) {
    await shell.complain("out of memory");
    return 2;
  }
  throw error;
}
