import { applet, type Call, UsageError } from "../applet.ts";
import { Failure } from "../failure.ts";
import { baseName, joinPath, statOf } from "../paths.ts";
import { copyPath, type CopyOptions } from "./copy.ts";

export const cp = applet({
  names: ["cp"],
  usage: "[-arPLHpfinlsTu] SOURCE DEST\nor: cp [-arPLHpfinlsu] SOURCE... { -t DIRECTORY | DIRECTORY }",
  help: `
Copy SOURCEs to DEST

	-a	Same as -dpR
	-R,-r	Recurse
	-d,-P	Preserve symlinks (default if -R)
	-L	Follow all symlinks
	-H	Follow symlinks on command line
	-p	Preserve file attributes if possible
	-f	Overwrite
	-i	Prompt before overwrite
	-n	Don't overwrite
	-l,-s	Create (sym)links
	-T	Refuse to copy if DEST is a directory
	-t DIR	Copy all SOURCEs into DIR
	-u	Copy only newer files`,
  options: {
    short: "arRPLHdpfinlsTut:v",
    gnu: "bxZ",
    long: {
      archive: "a",
      recursive: "r",
      "no-dereference": "P",
      dereference: "L",
      preserve: "preserve::",
      force: "f",
      interactive: "i",
      "no-clobber": "n",
      link: "l",
      "symbolic-link": "s",
      "no-target-directory": "T",
      "target-directory": "t",
      update: "u",
      verbose: "v",
    },
  },
  async run(call) {
    const { process, options } = call;
    const { sources, target, intoDirectory } = destination(call);
    const copying = copyOptions(call);
    let exitCode = 0;
    for (const source of sources) {
      const to = intoDirectory ? joinPath(target, baseName(source)) : target;
      if (options.last("ls") !== undefined) linkInstead(call, source, to);
      else if (!(await copyPath(call, source, to, copying))) exitCode = 1;
    }
    await process.pause();
    return exitCode;
  },
});

/** What is to go where, for cp and mv. */
export function destination({ process, options, operands }: Call): {
  sources: readonly string[];
  target: string;
  intoDirectory: boolean;
} {
  const directory = options.value("t");
  const target = directory ?? operands.at(-1);
  const sources = directory === undefined ? operands.slice(0, -1) : operands;
  if (target === undefined) throw new UsageError({ busybox: "", gnu: "missing file operand" });
  if (sources.length === 0) {
    throw new UsageError({ busybox: "", gnu: `missing destination file operand after '${target}'` });
  }
  const isDirectory = statOf(process, target)?.kind === "directory";
  if (options.has("T") && isDirectory) throw new Failure(`cannot overwrite directory '${target}' with non-directory`);
  if (!isDirectory && (sources.length > 1 || directory !== undefined)) {
    const reason = statOf(process, target) === undefined ? "No such file or directory" : "Not a directory";
    throw new Failure({ busybox: `target '${target}' is not a directory`, gnu: `target '${target}': ${reason}` });
  }
  return { sources, target, intoDirectory: isDirectory };
}

function copyOptions({ options }: Call): CopyOptions {
  const recursive = options.last("arR") !== undefined;
  const links = options.last("aPLHd");
  return {
    recursive,
    keepLinks: links === undefined ? recursive : links !== "L" && links !== "H",
    preserve: options.last("ap") !== undefined || options.has("preserve"),
    force: options.has("f"),
    verbose: options.has("v"),
    interactive: options.last("fin") === "i",
    skips: (source, target) =>
      (options.has("n") && target.kind !== "directory") ||
      (options.has("u") && target.kind === "file" && target.modifiedAt >= source.modifiedAt),
  };
}

function linkInstead({ process, options }: Call, source: string, to: string): void {
  if (options.has("s")) process.files.symlink(source, process.resolve(to));
  else process.files.link(process.resolve(source), process.resolve(to));
}
