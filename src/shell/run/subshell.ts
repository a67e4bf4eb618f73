import { SystemError } from "../../runtime/process.ts";
import type { Child, SpawnOptions } from "../../runtime/process.ts";
import { ShellError } from "../jumps.ts";
import type { Shell } from "../shell.ts";
import { runToEnd } from "./end.ts";
import type { Step } from "./outcome.ts";
import { inheritTraps } from "./traps.ts";

/** What a subshell differs in beyond being one. */
export interface SubshellOptions {
  readonly descriptors?: NonNullable<SpawnOptions["descriptors"]>;
  readonly group?: NonNullable<SpawnOptions["group"]>;
  /** Of a job without job control: Ctrl-C does not reach it. */
  readonly deaf?: boolean;
  /** Of `$(…)`: but for dash, a failure in it does not end it, whatever `set -e` says. */
  readonly isSubstitution?: boolean;
}

/** Starts a copy of the shell, as it is now, as a process that runs `body`. */
export function forkSubshell(shell: Shell, body: Step, how: SubshellOptions = {}): Child {
  const { deaf = false, isSubstitution = false, ...options } = how;
  const copy = shell.copy();
  if (isSubstitution) enterSubstitution(copy);
  const env = shell.variables.environment();
  try {
    return shell.process.fork(
      (process) => {
        copy.process = process;
        process.kept.bytes += copy.copiedBytes;
        inheritTraps(copy, shell, isSubstitution);
        if (deaf) for (const signal of ["SIGINT", "SIGQUIT"] as const) process.onSignal(signal, "ignore");
        return runToEnd(copy, body);
      },
      { ...options, env },
    );
  } catch (error) {
    if (error instanceof SystemError && error.code === "EAGAIN") throw new ShellError(`can't fork: ${error.message}`);
    throw error;
  }
}

function enterSubstitution(shell: Shell): void {
  shell.traceDepth++;
  if (shell.dialect.name !== "dash") shell.options.errexit = false;
}
