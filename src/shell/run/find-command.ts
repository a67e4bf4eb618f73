import type { Builtin } from "../builtins/builtin.ts";
import { isDirectory } from "../expand/pathname.ts";
import type { Shell } from "../shell.ts";

const defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

export function findBuiltin(shell: Shell, name: string): Builtin | undefined {
  const builtin = shell.interpreter.builtins.get(name);
  if (!builtin?.dialects || builtin.dialects.includes(shell.dialect.name)) return builtin;
  return undefined;
}

/** The executable that a name means: itself when it has a slash, else the first in PATH. */
export function findExecutable(shell: Shell, name: string): string | undefined {
  if (name === "") return undefined;
  if (name.includes("/")) return isExecutable(shell, name) ? name : undefined;
  return executablesNamed(shell, name)[0];
}

export function executablesNamed(shell: Shell, name: string): string[] {
  return pathDirectories(shell)
    .map((directory) => `${directory}/${name}`)
    .filter((path) => isExecutable(shell, path));
}

export function pathDirectories(shell: Shell): readonly string[] {
  return (shell.variables.get("PATH") ?? defaultPath).split(":").map((directory) => directory || ".");
}

function isExecutable(shell: Shell, path: string): boolean {
  const { files } = shell.process;
  const absolute = shell.process.resolve(path);
  return files.can(absolute, "execute") && !isDirectory(files, absolute);
}
