import { applet, type Call } from "../../applet.ts";
import { Failure, reasonOf } from "../../failure.ts";
import { sourceOrFailure } from "../../input.ts";
import { lineReader } from "../../line-reader.ts";
import { createArchive } from "./create.ts";
import { extractArchive, listArchive } from "./extract.ts";

export const tar = applet({
  names: ["tar"],
  usage: "c|x|t [-ZzJjahmvokO] [-f TARFILE] [-C DIR] [-T FILE] [-X FILE] [LONGOPT]... [FILE]...",
  help: `
Create, extract, or list files from a tar file

	c	Create
	x	Extract
	t	List
	-f FILE	Name of TARFILE ('-' for stdin/out)
	-C DIR	Change to DIR before operation
	-v	Verbose
	-O	Extract to stdout
	-m	Don't restore mtime
	-o	Don't restore user:group
	-p	Restore permissions
	-k	Don't replace existing files
	-z	(De)compress using gzip
	-h	Follow symlinks
	-T FILE	File with names to include
	-X FILE	File with glob patterns to exclude
	--exclude PATTERN	Glob pattern to exclude
	--strip-components N	Strip N leading path components
	--overwrite	Replace existing files
	--numeric-owner	Use numeric user:group`,
  options: {
    short: "cxtf:C:vOmopkzZjJahT:X:PSs",
    long: {
      create: "c",
      extract: "x",
      get: "x",
      list: "t",
      file: "f",
      directory: "C",
      verbose: "v",
      "to-stdout": "O",
      touch: "m",
      "no-same-owner": "o",
      "same-permissions": "p",
      "preserve-permissions": "p",
      "no-same-permissions": "no-same-permissions",
      "keep-old-files": "k",
      gzip: "z",
      gunzip: "z",
      "auto-compress": "a",
      dereference: "h",
      "files-from": "T",
      "exclude-from": "X",
      exclude: "exclude:",
      "strip-components": "strip-components:",
      overwrite: "overwrite",
      "numeric-owner": "numeric-owner",
      "absolute-names": "P",
      warning: "warning:",
      transform: "transform:",
      owner: "owner:",
      group: "group:",
      mode: "mode:",
      mtime: "mtime:",
      "no-recursion": "no-recursion",
    },
  },
  rewrite: ([first = "", ...rest]) => (first.startsWith("-") ? [first, ...rest] : [`-${first}`, ...rest]),
  async run(call) {
    const { options } = call;
    const action = options.last("cxt");
    if (action === undefined) {
      const gnu =
        "You must specify one of the '-Acdtrux', '--delete' or '--test-label' options\n" +
        "Try 'tar --help' or 'tar --usage' for more information.";
      throw new Failure({ busybox: "must specify one of -c, -x or -t", gnu }, { busybox: 1, gnu: 2 });
    }
    refuse(options, ["Z", "j", "J", "transform", "owner", "group", "mode", "mtime", "no-recursion"]);
    const excluded = [...options.values("exclude"), ...(await linesOf(call, "X"))];
    const named = [...call.operands, ...(await linesOf(call, "T"))];
    const directory = changedDirectory(call);
    const job = { call, directory, excluded, named };
    if (action === "c") return createArchive(job);
    return action === "t" ? listArchive(job) : extractArchive(job);
  },
});

/** What tar has to do. */
export interface TarJob {
  readonly call: Call;
  /** Absolute: what -C says. */
  readonly directory: string;
  readonly excluded: readonly string[];
  readonly named: readonly string[];
}

function refuse(options: Call["options"], unsupported: readonly string[]): void {
  for (const option of unsupported) {
    if (options.has(option)) throw new Failure(`unsupported option: ${option.length === 1 ? "-" : "--"}${option}`);
  }
}

async function linesOf(call: Call, option: string): Promise<string[]> {
  const lines: string[] = [];
  for (const path of call.options.values(option)) {
    const reader = lineReader(await sourceOrFailure(call, path));
    for (let line = await reader.next(); line !== undefined; line = await reader.next()) lines.push(line);
  }
  return lines;
}

function changedDirectory({ process, options }: Call): string {
  let directory = process.cwd;
  for (const path of options.values("C")) {
    directory = path.startsWith("/") ? path : `${directory}/${path}`;
    try {
      if (process.files.stat(directory).kind !== "directory")
        throw new Failure(`can't change directory to '${path}': Not a directory`);
      directory = process.files.realPath(directory);
    } catch (error) {
      if (error instanceof Failure) throw error;
      throw new Failure(`can't change directory to '${path}': ${reasonOf(error)}`);
    }
  }
  return directory;
}
