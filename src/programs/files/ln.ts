import { applet, type Call, UsageError } from "../applet.ts";
import { reasonOf } from "../failure.ts";
import type { Flavoured } from "../flavour.ts";
import { baseName, joinPath, statOf } from "../paths.ts";

export const ln = applet({
  names: ["ln"],
  usage: "[-sfnbtv] [-S SUF] TARGET... LINK|DIR",
  help: `
Create a link LINK or DIR/TARGET to the specified TARGET(s)

	-s	Make symlinks instead of hardlinks
	-f	Remove existing destinations
	-n	Don't dereference symlinks - treat like normal file
	-b	Make a backup of the target (if exists) before link operation
	-S SUF	Use suffix instead of ~ when making backup files
	-T	Treat LINK as a file, not DIR
	-v	Verbose`,
  options: {
    short: "sfnTvbS:",
    gnu: "irLP",
    long: { symbolic: "s", force: "f", "no-dereference": "n", "no-target-directory": "T", verbose: "v" },
  },
  async run(call) {
    const { process, options, operands, out } = call;
    if (operands.length === 0) throw new UsageError({ busybox: "", gnu: "missing file operand" });
    const last = operands.length === 1 ? "." : (operands.at(-1) ?? ".");
    const targets = operands.length === 1 ? operands : operands.slice(0, -1);
    const isDirectory = statOf(process, last, !options.has("n"))?.kind === "directory" && !options.has("T");
    let exitCode = 0;
    for (const target of targets) {
      const link = isDirectory ? joinPath(last, baseName(target)) : last;
      const absolute = process.resolve(link);
      try {
        if (!options.has("s")) process.files.lstat(process.resolve(target));
        makeRoom(call, link);
        if (options.has("s")) process.files.symlink(target, absolute);
        else process.files.link(process.resolve(target), absolute);
        if (options.has("v")) await out.print(`'${link}' -> '${target}'\n`);
      } catch (error) {
        await call.complain(refusal(call, [target, link], error));
        exitCode = 1;
      }
    }
    return exitCode;
  },
});

/** -f removes what is in the way, -b renames it. */
function makeRoom({ process, options }: Call, link: string): void {
  const absolute = process.resolve(link);
  if (statOf(process, link, false) === undefined) return;
  if (options.has("b")) process.files.rename(absolute, absolute + (options.value("S") ?? "~"));
  else if (options.has("f")) process.files.remove(absolute);
}

function refusal(
  { process, options }: Call,
  [target, link]: readonly [string, string],
  error: unknown,
): Flavoured<string> {
  const reason = reasonOf(error);
  const kind = options.has("s") ? "symbolic" : "hard";
  const gnu = `failed to create ${kind} link '${link}': ${reason}`;
  if (kind === "symbolic") return { busybox: `${link}: ${reason}`, gnu };
  const info = statOf(process, target, false);
  if (info === undefined) return { busybox: `${target}: ${reason}`, gnu: `failed to access '${target}': ${reason}` };
  const isDirectory = info.kind === "directory";
  return { busybox: `${link}: ${reason}`, gnu: isDirectory ? `${target}: hard link not allowed for directory` : gnu };
}
