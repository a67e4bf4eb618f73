import { SystemError } from "../../runtime/process.ts";
import type { Shell } from "../shell.ts";

/** The directory that `~user` stands for; undefined when it stands for itself. */
export function homeOf(shell: Shell, user: string): string | undefined {
  if (user === "") return shell.variables.get("HOME");
  if (user === "+") return shell.process.cwd;
  if (user === "-") return shell.variables.get("OLDPWD");
  try {
    const line = shell.process.files
      .readText("/etc/passwd")
      .split("\n")
      .find((entry) => entry.startsWith(`${user}:`));
    return line?.split(":")[5];
  } catch (error) {
    if (error instanceof SystemError) return undefined;
    throw error;
  }
}
