import { ExecError, type Process, type SpawnOptions } from "../runtime/process.ts";

/** Becomes another program; resolves with what the caller returns at once: its exit code, or 126 or 127. */
export async function becomeCommand(
  process: Process,
  command: readonly string[],
  env?: ReadonlyMap<string, string>,
): Promise<number> {
  try {
    return await process.become(command, env);
  } catch (error) {
    return cannotExecute(process, command, error);
  }
}

/** Runs another program and resolves with its exit code, or 126 or 127 when it cannot be run. */
export async function runCommand(
  process: Process,
  command: readonly string[],
  options: SpawnOptions = {},
): Promise<number> {
  try {
    const child = await process.spawn(command, options);
    return await process.waitFor(child.exit);
  } catch (error) {
    return cannotExecute(process, command, error);
  }
}

export async function cannotExecute(process: Process, command: readonly string[], error: unknown): Promise<number> {
  if (!(error instanceof ExecError)) throw error;
  const name = process.argv[0]?.split("/").pop() ?? "";
  const said = name === "xargs" || name === "time" ? (command[0] ?? "") : `can't execute '${command[0] ?? ""}'`;
  await process.warn(`${name}: ${said}: ${error.message}\n`);
  return error.exitCode;
}
