import { applet, UsageError } from "../applet.ts";
import { reasonOf } from "../failure.ts";
import { baseName, joinPath, statOf } from "../paths.ts";

export const ln = applet({
  names: ["ln"],
  usage: "[-sfnTv] TARGET... LINK|DIR",
  help: `
Create a link LINK or DIR/TARGET to the specified TARGET(s)

	-s	Make symlinks instead of hardlinks
	-f	Remove existing destinations
	-n	Don't dereference symlinks - treat like normal file
	-T	Treat LINK as a file, not DIR
	-v	Verbose`,
  options: {
    short: "sfnTv",
    long: { symbolic: "s", force: "f", "no-dereference": "n", "no-target-directory": "T", verbose: "v" },
  },
  async run(call) {
    const { process, options, operands, out } = call;
    if (operands.length === 0) throw new UsageError();
    const last = operands.length === 1 ? "." : (operands.at(-1) ?? ".");
    const targets = operands.length === 1 ? operands : operands.slice(0, -1);
    const isDirectory = statOf(process, last, !options.has("n"))?.kind === "directory" && !options.has("T");
    let exitCode = 0;
    for (const target of targets) {
      const link = isDirectory ? joinPath(last, baseName(target)) : last;
      const absolute = process.resolve(link);
      try {
        if (options.has("f") && statOf(process, link, false)) process.files.remove(absolute);
        if (options.has("s")) process.files.symlink(target, absolute);
        else process.files.link(process.resolve(target), absolute);
        if (options.has("v")) await out.print(`'${link}' -> '${target}'\n`);
      } catch (error) {
        await call.complain(`${link}: ${reasonOf(error)}`);
        exitCode = 1;
      }
    }
    return exitCode;
  },
});
