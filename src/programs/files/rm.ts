import { SystemError } from "../../runtime/process.ts";
import { applet, type Call, UsageError } from "../applet.ts";
import { confirmed } from "../confirm.ts";
import { reasonOf } from "../failure.ts";
import { baseName, joinPath } from "../paths.ts";
import { kindName } from "./kind-name.ts";

export const rm = applet({
  names: ["rm"],
  usage: "[-irf] FILE...",
  help: `
Remove (unlink) FILEs

	-i	Always prompt before removing
	-f	Never prompt
	-R,-r	Recurse`,
  options: {
    short: "irRf",
    gnu: "vdI",
    long: { force: "f", recursive: "r", interactive: "i", verbose: "v", dir: "d" },
  },
  async run(call) {
    const { options, operands } = call;
    if (operands.length === 0 && !options.has("f")) throw new UsageError();
    let exitCode = 0;
    for (const path of operands) {
      const name = baseName(path);
      if (name === "." || name === "..") {
        await call.complain({ busybox: "can't remove '.' or '..'", gnu: dotsRefused(call, path) });
        exitCode = 1;
      } else if (!(await remove(call, path))) exitCode = 1;
    }
    return exitCode;
  },
});

function dotsRefused({ options }: Call, path: string): string {
  if (options.last("rR") === undefined) return `cannot remove '${path}': Is a directory`;
  return `refusing to remove '.' or '..' directory: skipping '${path}'`;
}

/** A directory goes after what it holds, so that whatever can be removed is. */
async function remove(call: Call, path: string): Promise<boolean> {
  const { process, options, out } = call;
  const absolute = process.resolve(path);
  try {
    const info = process.files.lstat(absolute);
    const isDirectory = info.kind === "directory";
    const empties = options.has("d") && isDirectory && process.files.list(absolute).length === 0;
    if (isDirectory && !empties && options.last("rR") === undefined) {
      await call.complain({ busybox: `'${path}' is a directory`, gnu: `cannot remove '${path}': Is a directory` });
      return false;
    }
    if (isDirectory && !(await removeContents(call, path))) return false;
    if (
      options.last("fi") === "i" &&
      !(await confirmed(call, { busybox: `remove '${path}'`, gnu: `remove ${kindName(info)} '${path}'` }))
    )
      return true;
    process.files.remove(absolute);
    if (options.has("v")) await out.print(`removed ${isDirectory ? "directory " : ""}'${path}'\n`);
    return true;
  } catch (error) {
    const reason = reasonOf(error);
    if (error instanceof SystemError && error.code === "ENOENT" && options.has("f")) return true;
    await call.complain({ busybox: `can't remove '${path}': ${reason}`, gnu: `cannot remove '${path}': ${reason}` });
    return false;
  }
}

async function removeContents(call: Call, path: string): Promise<boolean> {
  let whole = true;
  for (const name of call.process.files.list(call.process.resolve(path))) {
    whole = (await remove(call, joinPath(path, name))) && whole;
  }
  return whole;
}
