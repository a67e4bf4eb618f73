import type { FileSystem } from "../../runtime/filesystem.ts";
import { applet, type Call } from "../applet.ts";

const root = "/proc/sys";

export const sysctl = applet({
  names: ["sysctl"],
  usage: "[-enq] { -a | -p [FILE]... | [-w] [KEY[=VALUE]]... }",
  help: `
Show/set kernel parameters

	-e	Don't warn about unknown keys
	-n	Don't show key names
	-q	Quiet
	-a	Show all values`,
  options: "enqaw",
  directory: "/sbin",
  async run(call) {
    const { process, options, operands } = call;
    const keys = options.has("a") ? filesBelow(process.files, root) : operands;
    let exitCode = 0;
    for (const key of keys) if (!(await handle(call, key))) exitCode = 1;
    return exitCode;
  },
});

/** False: there is no such key, or it must not be set. */
async function handle({ process, options, out, complain }: Call, text: string): Promise<boolean> {
  const { files } = process;
  const [key = "", value] = text.split(/=(.*)/su);
  const path = key.startsWith(root) ? key : `${root}/${key.replaceAll(".", "/")}`;
  const name = path.slice(root.length + 1).replaceAll("/", ".");
  if (!files.exists(path) || files.stat(path).kind === "directory") {
    if (options.has("e")) return true;
    await complain(`error: '${name}' is an unknown key`);
    return false;
  }
  if (value !== undefined) {
    await complain(`error setting key '${name}': Read-only file system`);
    return false;
  }
  const lines = files.readText(path).replace(/\n$/u, "").split("\n");
  for (const line of lines) await out.print(options.has("n") ? `${line}\n` : `${name} = ${line}\n`);
  return true;
}

function filesBelow(files: FileSystem, directory: string): string[] {
  return files
    .list(directory)
    .toSorted()
    .flatMap((name) => {
      const path = `${directory}/${name}`;
      return files.stat(path).kind === "directory" ? filesBelow(files, path) : [path];
    });
}
