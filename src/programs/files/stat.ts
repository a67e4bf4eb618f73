import { fileSystemType } from "../../runtime/files/mount-table.ts";
import type { FileInfo } from "../../runtime/filesystem.ts";
import type { Process } from "../../runtime/process.ts";
import { strftime } from "../../runtime/strftime.ts";
import { accountOf, groupOf } from "../accounts.ts";
import { applet, UsageError } from "../applet.ts";
import { reasonOf } from "../failure.ts";
import { flavourOf } from "../flavour.ts";
import { formatNumber } from "../format.ts";
import { modeText } from "../permissions.ts";
import { backslashEscapes } from "../text/escapes.ts";
import { blocksOf } from "./entry.ts";
import { kindName } from "./kind-name.ts";

export const stat = applet({
  names: ["stat"],
  usage: "[-ltf] [-c FMT] FILE...",
  help: `
Display file (default) or filesystem status

	-c FMT	Use the specified format
	-f	Display filesystem status
	-L	Follow links
	-t	Terse display`,
  options: {
    short: "Ltfc:",
    long: { format: "c", printf: "printf:", dereference: "L", terse: "t", "file-system": "f" },
  },
  async run(call) {
    const { process, options, operands, out } = call;
    if (operands.length === 0) throw new UsageError();
    const printf = options.value("printf");
    const format = printf ?? options.value("c") ?? (options.has("t") ? terse : undefined);
    let exitCode = 0;
    for (const path of operands) {
      try {
        const absolute = process.resolve(path);
        const info = options.has("L") ? process.files.stat(absolute) : process.files.lstat(absolute);
        const file: Shown = { process, path, absolute, info };
        if (options.has("f") && format === undefined) await out.print(fileSystem(file));
        else if (printf === undefined) await out.print(`${formatted(format ?? verbose(file), file)}\n`);
        else await out.print(backslashEscapes(formatted(printf, file), "format").text);
      } catch (error) {
        const reason = reasonOf(error);
        await call.complain({ busybox: `can't stat '${path}': ${reason}`, gnu: `cannot statx '${path}': ${reason}` });
        exitCode = 1;
      }
    }
    return exitCode;
  },
});

interface Shown {
  readonly process: Process;
  readonly path: string;
  readonly absolute: string;
  readonly info: FileInfo;
}

const terse = "%n %s %b %f %u %g %D %i %h %t %T %X %Y %Z %o";

const typeBits = { file: 0o100000, directory: 0o040000, symlink: 0o120000, device: 0o020000, disk: 0o060000 } as const;

function verbose({ info }: Shown): string {
  const head = info.kind === "symlink" ? "  File: %N" : "  File: %n";
  const times = ["Access: %x", "Modify: %y", "Change: %z"];
  return [
    head,
    "  Size: %-10s\tBlocks: %-10b IO Block: %-6o %F",
    "Device: %Dh/%dd\tInode: %-10i  Links: %h",
    "Access: (%04a/%10.10A)  Uid: (%5u/%8U)   Gid: (%5g/%8G)",
    ...times,
  ].join("\n");
}

const directives: Readonly<Record<string, (file: Shown) => string | number>> = {
  a: ({ info }) => (info.mode & 0o7777).toString(8),
  A: ({ info }) => modeText(info),
  b: ({ info }) => blocksOf(info) * 2,
  B: () => 512,
  d: () => 55,
  D: () => "37",
  f: ({ info }) => (typeBits[info.kind] | info.mode).toString(16),
  F: ({ info }) => kindName(info),
  g: ({ info }) => info.gid,
  G: ({ process, info }) => groupOf(process.files, info.gid)?.name ?? "UNKNOWN",
  h: ({ info }) => info.links,
  i: ({ info }) => info.inode,
  m: ({ process, absolute }) => process.files.space(absolute).mountPoint,
  n: ({ path }) => path,
  N: ({ process, path, absolute, info }) =>
    info.kind === "symlink" ? `'${path}' -> '${process.files.readLink(absolute)}'` : `'${path}'`,
  o: () => 4096,
  s: ({ info }) => info.size,
  t: () => 0,
  T: () => 0,
  u: ({ info }) => info.uid,
  U: ({ process, info }) => accountOf(process.files, info.uid)?.name ?? "UNKNOWN",
  x: ({ info }) => longTime(info.modifiedAt),
  X: ({ info }) => Math.floor(info.modifiedAt / 1000),
  y: ({ info }) => longTime(info.modifiedAt),
  Y: ({ info }) => Math.floor(info.modifiedAt / 1000),
  z: ({ info }) => longTime(info.modifiedAt),
  Z: ({ info }) => Math.floor(info.modifiedAt / 1000),
};

function longTime(at: number): string {
  return strftime("%Y-%m-%d %H:%M:%S.%N %z", at);
}

function formatted(format: string, file: Shown): string {
  return format.replace(/%([-+ 0#]*)(\d*)(?:\.(\d+))?([a-zA-Z%])/gu, (_, ...parts: (string | undefined)[]) => {
    const [flags = "", width = "", precision, letter = ""] = parts;
    if (letter === "%") return "%";
    const value = directives[letter]?.(file);
    if (value === undefined) return flavourOf(file.process) === "gnu" ? "?" : letter;
    if (flags.includes("0")) return String(value).padStart(Math.min(1000, Number(width)), "0");
    const conversion = {
      flags,
      width: Number(width),
      precision: precision === undefined ? undefined : Number(precision),
    };
    return formatNumber({ ...conversion, letter: "s" }, String(value));
  });
}

/** As stat(1) names them. */
const statTypes: Readonly<Record<string, string>> = { overlay: "overlayfs", ext4: "ext2/ext3" };

function fileSystem({ process, path, absolute }: Shown): string {
  const { source, totalBytes, usedBytes } = process.files.space(absolute);
  const [total, free] = [totalBytes, totalBytes - usedBytes].map((bytes) => Math.floor(bytes / 4096));
  return [
    `  File: "${path}"`,
    `    ID: 0        Namelen: 255     Type: ${statTypes[fileSystemType(source)] ?? fileSystemType(source)}`,
    "Block size: 4096      ",
    `Blocks: Total: ${String(total).padEnd(10)} Free: ${String(free).padEnd(10)} Available: ${free}`,
    "Inodes: Total: 200000     Free: 200000",
    "",
  ].join("\n");
}
