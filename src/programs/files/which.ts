import type { Process } from "../../runtime/process.ts";
import { applet } from "../applet.ts";
import { joinPath } from "../paths.ts";

export const which = applet({
  names: ["which"],
  usage: "[-a] COMMAND...",
  help: "Locate COMMAND\n\n\t-a\tShow all matches",
  options: "a",
  directory: "/usr/bin",
  async run({ process, options, operands, out }) {
    let exitCode = 0;
    for (const command of operands) {
      const found = locations(process, command);
      if (found.length === 0) exitCode = 1;
      for (const path of options.has("a") ? found : found.slice(0, 1)) await out.print(`${path}\n`);
    }
    return exitCode;
  },
});

/** Where PATH has a command. */
export function locations(process: Process, command: string): string[] {
  const { files } = process;
  const candidates = command.includes("/")
    ? [command]
    : (process.env.get("PATH") ?? "/sbin:/usr/sbin:/bin:/usr/bin")
        .split(":")
        .map((directory) => joinPath(directory || ".", command));
  return candidates.filter((path) => {
    const absolute = process.resolve(path);
    return files.exists(absolute) && files.stat(absolute).kind === "file" && files.can(absolute, "execute");
  });
}
