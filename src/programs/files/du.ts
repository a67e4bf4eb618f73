import { applet, type Call } from "../applet.ts";
import { reasonOf } from "../failure.ts";
import { countOf, humanSize } from "../numbers.ts";
import { joinPath } from "../paths.ts";
import { blocksOf } from "./entry.ts";

export const du = applet({
  names: ["du"],
  usage: "[-aHLdclsxhmk] [FILE]...",
  help: `
Summarize disk space used for FILEs (or directories)

	-a	Show file sizes too
	-b	Apparent size (including holes)
	-L	Follow all symlinks
	-H	Follow symlinks on command line
	-d N	Limit output to directories (and files with -a) of depth < N
	-c	Show grand total
	-l	Count sizes many times if hard linked
	-s	Display only a total for each argument
	-x	Skip directories on different filesystems
	-h	Sizes in human readable format (e.g., 1K 243M 2G)
	-m	Sizes in megabytes
	-k	Sizes in kilobytes (default)`,
  options: {
    short: "aHLd:clsxhmkb",
    gnu: "0SD",
    long: {
      all: "a",
      "max-depth": "d",
      total: "c",
      summarize: "s",
      "human-readable": "h",
      bytes: "b",
      "apparent-size": "b",
    },
  },
  directory: "/usr/bin",
  async run(call) {
    const { options, operands, out } = call;
    const depth = options.has("s") ? 0 : countOf(options.value("d") ?? "65535");
    const usage: Usage = { call, depth, failed: false };
    let total = 0;
    for (const path of operands.length === 0 ? ["."] : operands) total += await measure(usage, path, 0);
    if (options.has("c")) await out.print(`${shown(call, total)}\ttotal\n`);
    return usage.failed ? 1 : 0;
  },
});

interface Usage {
  readonly call: Call;
  readonly depth: number;
  failed: boolean;
}

/** In bytes. */
async function measure(usage: Usage, path: string, level: number): Promise<number> {
  const { call, depth } = usage;
  const { files } = call.process;
  const absolute = call.process.resolve(path);
  try {
    const follow = call.options.has("L") || (call.options.has("H") && level === 0);
    const info = follow ? files.stat(absolute) : files.lstat(absolute);
    let bytes = call.options.has("b") ? info.size : blocksOf(info) * 1024;
    const isDirectory = info.kind === "directory";
    const isElsewhere =
      call.options.has("x") && level > 0 && isDirectory && files.space(absolute).mountPoint === absolute;
    if (isElsewhere) return 0;
    if (isDirectory) {
      for (const name of files.list(absolute)) bytes += await measure(usage, joinPath(path, name), level + 1);
    }
    if (level <= depth && (isDirectory || level === 0 || call.options.has("a"))) {
      await call.out.print(`${shown(call, bytes)}\t${path}\n`);
    }
    return bytes;
  } catch (error) {
    const reason = reasonOf(error);
    await call.complain({ busybox: `${path}: ${reason}`, gnu: `cannot access '${path}': ${reason}` });
    usage.failed = true;
    return 0;
  }
}

function shown({ options }: Call, bytes: number): string {
  const unit = options.last("hmkb");
  if (unit === "h") return humanSize(bytes);
  if (unit === "b") return String(bytes);
  return String(Math.ceil(bytes / (unit === "m" ? 1024 * 1024 : 1024)));
}
