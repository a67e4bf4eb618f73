import { Exit } from "../jumps.ts";
import type { Shell } from "../shell.ts";
import type { Outcome } from "./outcome.ts";
import { runTrap } from "./traps.ts";

/** Notes a command's status; a failure that nothing tests ends a `set -e` shell and runs bash's ERR trap. */
export function conclude(shell: Shell, status: number): Outcome {
  shell.status = status;
  shell.pipeStatuses = undefined;
  if (status === 0 || shell.tested > 0) return status;
  if (shell.traps.has("ERR") && (shell.functionNames.length === 0 || shell.options.errtrace))
    return concludeWithTrap(shell, status);
  if (shell.options.errexit) throw new Exit(status);
  return status;
}

async function concludeWithTrap(shell: Shell, status: number): Promise<number> {
  shell.tested++;
  await runTrap(shell, "ERR");
  shell.tested--;
  if (shell.options.errexit) throw new Exit(status);
  return status;
}

/** Runs what is only looked at: its failure is no failure of the script. */
export function whileTested(shell: Shell, run: () => Outcome): Outcome {
  shell.tested++;
  const outcome = run();
  if (typeof outcome === "number") {
    shell.tested--;
    return outcome;
  }
  return outcome.then((status) => {
    shell.tested--;
    return status;
  });
}
