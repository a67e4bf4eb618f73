import type { ExecError } from "../runtime/process.ts";

/** Why a command could not be run in a container, as containerd and runc tell it. */
export function execFailure({ message }: ExecError, command: readonly string[]): string {
  const [name = ""] = command;
  const why = message.startsWith("exec: ") ? message : `exec: ${JSON.stringify(name)}: ${reasonOf(message, name)}`;
  return `failed to exec in container: failed to start exec: OCI runtime exec failed: exec failed: unable to start container process: ${why}: unknown`;
}

/** Why PID 1 could not be started; `why` is runc's part of it. */
export function startFailure(why: string): string {
  return `failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: ${why}: unknown`;
}

function reasonOf(message: string, name: string): string {
  const isMissing = message === "No such file or directory";
  if (!isMissing) return message.toLowerCase();
  return name.includes("/") ? `stat ${name}: no such file or directory` : "executable file not found in $PATH";
}
