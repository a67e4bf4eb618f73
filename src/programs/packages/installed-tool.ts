import type { Process } from "../../runtime/process.ts";
import type { Tool } from "../../runtime/tool.ts";
import { locations } from "../files/which.ts";

/** The word after a package manager's name in the first line of what it installs. */
const marker = "tool";

/**
 * Makes tools available in /usr/bin. A container's programs are those of its image, so what is installed later is a
 * script whose interpreter is the package manager itself.
 */
export function installTools(process: Process, tools: readonly Tool[], interpreter: string): void {
  const { files } = process;
  for (const name of tools.flatMap(({ names }) => names)) {
    const path = `/usr/bin/${name}`;
    if (locations(process, name).length > 0 || files.exists(path)) continue;
    files.write(path, `#!${interpreter} ${marker}\n`);
    files.chmod(path, 0o755);
  }
}

/** The run of an installed tool, when that is what the package manager was started for. */
export function installedToolRun(process: Process, tools: readonly Tool[]): Promise<number> | undefined {
  const [, mark, path, ...args] = process.argv;
  if (mark !== marker || path === undefined) return undefined;
  const name = path.split("/").pop() ?? "";
  const tool = tools.find(({ names }) => names.includes(name));
  return tool?.run(withArguments(process, [path, ...args]));
}

/** The same process as a program sees it that was called by another name. */
function withArguments(process: Process, argv: readonly string[]): Process {
  return new Proxy(process, {
    get(target, key) {
      if (key === "argv") return argv;
      const value: unknown = Reflect.get(target, key);
      return typeof value === "function" ? value.bind(target) : value;
    },
    set: (target, key, value) => Reflect.set(target, key, value),
  });
}
