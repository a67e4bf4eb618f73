import { fileSystemType } from "../../runtime/files/mount-table.ts";
import type { Space } from "../../runtime/filesystem.ts";
import type { Process } from "../../runtime/process.ts";
import { applet, type Call } from "../applet.ts";
import { reasonOf } from "../failure.ts";
import { humanSize, sizeOf } from "../numbers.ts";
import { blockSize } from "./block-size.ts";
import { gnuTable } from "./gnu-df.ts";

export const df = applet({
  names: ["df"],
  usage: "[-PkmhTai] [-B SIZE] [-t TYPE] [FILESYSTEM]...",
  help: `
Print filesystem usage statistics

	-P	POSIX output format
	-k	1024-byte blocks (default)
	-m	1M-byte blocks
	-h	Human readable (e.g. 1K 243M 2G)
	-T	Print filesystem type
	-t TYPE	Print only mounts of this type
	-a	Show all filesystems
	-i	Inodes
	-B SIZE	Blocksize`,
  options: {
    short: "PkmhHTaiB:t:",
    long: { "human-readable": "h", "print-type": "T", portability: "P", inodes: "i", type: "t" },
  },
  async run(call) {
    const { options, operands, out } = call;
    const spaces: Space[] = [];
    let exitCode = 0;
    const paths =
      operands.length === 0 ? mountPoints(call.process) : operands.map((path) => call.process.resolve(path));
    for (const [index, path] of paths.entries()) {
      try {
        call.process.files.stat(path);
        spaces.push(call.process.files.space(path));
      } catch (error) {
        const reason = reasonOf(error);
        if (operands.length === 0) continue;
        const name = operands[index] ?? path;
        await call.complain({ busybox: `${name}: can't find mount point`, gnu: `${name}: ${reason}` });
        exitCode = 1;
      }
    }
    const wanted = spaces.filter((space) => !options.has("t") || fileSystemType(space.source) === options.value("t"));
    if (call.flavour === "gnu") {
      if (wanted.length > 0) await out.print(gnuTable(options, wanted));
      return wanted.length === 0 && exitCode === 0 ? tellOfNone(call) : exitCode;
    }
    await out.print(header(call));
    for (const space of wanted) await out.print(row(call, space));
    return exitCode;
  },
});

/** Those of /proc/mounts that hold anything. */
function mountPoints({ files }: Process): string[] {
  const lines = files.exists("/proc/mounts") ? files.readText("/proc/mounts").split("\n") : [];
  const hidden = new Set(["proc", "sysfs", "devpts", "mqueue", "cgroup", "cgroup2"]);
  const points = lines.flatMap((line) => {
    const [, point, type = ""] = line.split(" ");
    return point === undefined || hidden.has(type) ? [] : [point];
  });
  return points.length === 0 ? ["/"] : points;
}

async function tellOfNone(call: Call): Promise<number> {
  await call.complain("no file systems processed");
  return 1;
}

function header({ options }: Call): string {
  const type = options.has("T") ? "Type       " : "";
  if (options.has("i")) return `Filesystem           ${type}   Inodes      Used Available Use% Mounted on\n`;
  if (options.last("hH") !== undefined)
    return `Filesystem           ${type}     Size      Used Available Use% Mounted on\n`;
  const plain = options.has("P") ? "1024-blocks" : "1K-blocks";
  const blocks = options.has("B") ? `${options.value("B") ?? ""}-blocks` : options.has("m") ? "1M-blocks" : plain;
  const capacity = options.has("P") ? "Capacity" : "Use%";
  return `Filesystem           ${type}${blocks.padEnd(9)}      Used Available ${capacity} Mounted on\n`;
}

function row({ options }: Call, space: Space): string {
  const usedBytes = Math.ceil(space.usedBytes / blockSize) * blockSize;
  const available = Math.max(0, space.totalBytes - usedBytes);
  const percent = space.totalBytes === 0 ? 0 : Math.ceil((usedBytes / (usedBytes + available)) * 100);
  const source =
    space.source.length > 20 && !options.has("P") ? `${space.source}\n${" ".repeat(20)}` : space.source.padEnd(20);
  const type = options.has("T") ? ` ${fileSystemType(space.source).padEnd(10)}` : "";
  const amount = (bytes: number) => shown(options, bytes).padStart(9);
  const amounts = options.has("i")
    ? ["   200000", "        0", "   200000"]
    : [amount(space.totalBytes), amount(usedBytes), amount(available)];
  const used = options.has("i") ? 0 : percent;
  return `${source}${type} ${amounts.join(" ")} ${String(used).padStart(3)}% ${space.mountPoint}\n`;
}

function shown(options: Call["options"], bytes: number): string {
  if (options.last("hH") !== undefined) return humanSize(bytes);
  const unit = options.has("B") ? sizeOf(options.value("B") ?? "") : options.has("m") ? 1024 * 1024 : 1024;
  return String(Math.floor(bytes / Math.max(1, unit)));
}
