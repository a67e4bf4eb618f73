import { ExecError, type Process, type SpawnOptions } from "../runtime/process.ts";
import { flavourOf, inFlavour } from "./flavour.ts";

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
  const [program = ""] = command;
  const isBare = name === "xargs" || name === "time" || name === "find";
  const gnu =
    name === "time" ? `cannot run ${program}` : name === "timeout" ? `failed to run command '${program}'` : null;
  const quoted = name === "xargs" ? program : `'${program}'`;
  const busybox = isBare ? program : `can't execute '${program}'`;
  const said = inFlavour(flavourOf(process), { busybox, gnu: gnu ?? quoted });
  await process.warn(`${name}: ${said}: ${error.message}\n`);
  return error.exitCode;
}
