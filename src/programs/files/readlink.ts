import { SystemError } from "../../runtime/process.ts";
import { applet, UsageError } from "../applet.ts";
import { reasonOf } from "../failure.ts";
import { statOf } from "../paths.ts";

export const readlink = applet({
  names: ["readlink"],
  usage: "[-fnv] FILE",
  help: `
Display the value of a symlink

	-f	Canonicalize by following all symlinks
	-n	Don't add newline
	-v	Verbose`,
  options: { short: "fnveqsm", long: { canonicalize: "f", "no-newline": "n", verbose: "v" } },
  directory: "/usr/bin",
  async run(call) {
    const { process, options, operands, out } = call;
    const [path] = operands;
    if (path === undefined) throw new UsageError();
    try {
      const absolute = process.resolve(path);
      const isLink = statOf(process, path, false)?.kind === "symlink";
      if (options.last("fem") === undefined && !isLink) throw new SystemError("EINVAL");
      const target =
        options.last("fem") === undefined ? process.files.readLink(absolute) : canonical(call.process, absolute);
      await out.print(target + (options.has("n") ? "" : "\n"));
      return 0;
    } catch (error) {
      const reason = reasonOf(error);
      if (options.has("v")) await call.complain(`${path}: ${reason}`);
      return 1;
    }
  },
});

/** The last name may be missing. */
function canonical(
  { files }: { files: { exists(path: string): boolean; realPath(path: string): string } },
  path: string,
): string {
  if (files.exists(path)) return files.realPath(path);
  const parent = path.replace(/\/+[^/]*\/*$/u, "") || "/";
  const name = path.slice(path.lastIndexOf("/") + 1);
  const real = files.realPath(parent);
  return real === "/" ? `/${name}` : `${real}/${name}`;
}

export const realpath = applet({
  names: ["realpath"],
  usage: "FILE...",
  help: "Print absolute pathnames of FILEs",
  options: { short: "eq", long: { quiet: "q" } },
  directory: "/usr/bin",
  async run(call) {
    const { process, operands, out } = call;
    if (operands.length === 0) throw new UsageError();
    let exitCode = 0;
    for (const path of operands) {
      try {
        await out.print(`${canonical(process, process.resolve(path))}\n`);
      } catch (error) {
        await call.complain(`${path}: ${reasonOf(error)}`);
        exitCode = 1;
      }
    }
    return exitCode;
  },
});
