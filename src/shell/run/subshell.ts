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
}

/** Starts a copy of the shell, as it is now, as a process that runs `body`. */
export function forkSubshell(shell: Shell, body: Step, { deaf = false, ...options }: SubshellOptions = {}): Child {
  const copy = shell.copy();
  const env = shell.variables.environment();
  try {
    return shell.process.fork(
      (process) => {
        copy.process = process;
        inheritTraps(copy, shell);
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
