import { ExecError } from "../../runtime/process.ts";
import type { Child, Process } from "../../runtime/process.ts";
import { isDirectory } from "../expand/pathname.ts";
import type { Shell } from "../shell.ts";
import { findExecutable } from "./find-command.ts";
import { addJob, tellDeath, waitInForeground } from "./jobs.ts";
import { breathe } from "./traps.ts";

/** Runs a program and waits for it. */
export function runExternal(shell: Shell, argv: readonly string[], text: string): Promise<number> {
  const { process, options } = shell;
  const env = shell.variables.environment();
  return process.spawn(argv, options.monitor ? { env, group: "new" } : { env }).then(
    (child) => finish(shell, child, text),
    (error: unknown) => {
      if (!(error instanceof ExecError)) throw error;
      if (error.code !== "ENOEXEC") return cannotExecute(shell, argv[0] ?? "", error);
      return finish(
        shell,
        process.fork((own) => runFile(shell, own, argv)),
        text,
      );
    },
  );
}

async function finish(shell: Shell, child: Child, text: string): Promise<number> {
  const { process, options } = shell;
  if (options.monitor || options.interactive) {
    const group = options.monitor ? child.pid : undefined;
    return waitInForeground(shell, addJob(shell, { children: [child], text, group }));
  }
  const status = await process.waitFor(child.exit);
  if (status > 128) await tellDeath(shell, { pids: [child.pid], text }, status);
  if (shell.pendingSignals.length > 0) await breathe(shell);
  return status;
}

/** Becomes a program: `exec`, and what a shell does with its last command. */
export async function becomeExternal(shell: Shell, argv: readonly string[]): Promise<number> {
  const name = argv[0] ?? "";
  try {
    return await shell.process.become(argv, shell.variables.environment());
  } catch (error) {
    if (!(error instanceof ExecError)) throw error;
    if (error.code !== "ENOEXEC") return cannotExecute(shell, name, error);
    return runFile(shell, shell.process, argv);
  }
}

function runFile(shell: Shell, process: Process, argv: readonly string[]): Promise<number> {
  const name = argv[0] ?? "";
  return shell.interpreter.runFile(shell.dialect, process, findExecutable(shell, name) ?? name, argv);
}

async function cannotExecute(shell: Shell, name: string, error: ExecError): Promise<number> {
  const { dialect, process } = shell;
  const missing = error.exitCode === 127;
  const directory = !missing && isDirectory(process.files, process.resolve(name));
  const reason = directory && dialect.bash ? new ExecError("EISDIR") : error;
  await shell.complain(missing ? dialect.notFound(name) : dialect.cannotExecute(name, reason));
  return error.exitCode;
}
