import type { FileInfo } from "../../runtime/filesystem.ts";
import { applet, type Call, UsageError } from "../applet.ts";
import { Misuse, reasonOf } from "../failure.ts";
import { joinPath } from "../paths.ts";
import { changedMode, modeText } from "../permissions.ts";

export const chmod = applet({
  names: ["chmod"],
  usage: "[-Rcvf] MODE[,MODE]... FILE...",
  help: `
MODE is octal number (bit pattern sstrwxrwxrwx) or [ugoa]{+|-|=}[rwxXst]

	-R	Recurse
	-c	List changed files
	-v	Verbose
	-f	Hide errors`,
  options: { short: "Rcvf", long: { recursive: "R", changes: "c", verbose: "v", silent: "f", quiet: "f" } },
  rewrite: (args) => {
    const mode = args.findIndex((arg) => /^-[rwxXst]/u.test(arg));
    return mode === -1 ? args : [...args.slice(0, mode), "--", ...args.slice(mode)];
  },
  async run(call) {
    const [mode, ...paths] = call.operands;
    if (mode === undefined) throw new UsageError();
    if (paths.length === 0) throw new UsageError({ busybox: "", gnu: `missing operand after '${mode}'` });
    if (changedMode(mode, { kind: "file", mode: 0 }) === undefined) {
      throw new Misuse({ busybox: `invalid mode '${mode}'`, gnu: `invalid mode: '${mode}'` });
    }
    const { files } = call.process;
    const change = (path: string, shown: string): Change => {
      const info = files.stat(path);
      const wanted = changedMode(mode, info) ?? info.mode;
      files.chmod(path, wanted);
      return { isChange: (wanted & 0o7777) !== (info.mode & 0o7777), report: modeReport(call, shown, [info, wanted]) };
    };
    return changeEach(call, paths, { recursive: call.options.has("R"), change });
  },
});

/** What became of a path, for -v and -c. */
export interface Change {
  readonly isChange: boolean;
  readonly report: string;
}

function modeReport({ flavour }: Call, path: string, [info, wanted]: readonly [FileInfo, number]): string {
  const written = (mode: number) => `${octal(mode)} (${modeText({ ...info, mode }).slice(1)})`;
  const [before, after] = [written(info.mode), written(wanted)];
  if (flavour !== "gnu") return `mode of '${path}' changed to ${after}`;
  return before === after
    ? `mode of '${path}' retained as ${after}`
    : `mode of '${path}' changed from ${before} to ${after}`;
}

function octal(mode: number): string {
  return (mode & 0o7777).toString(8).padStart(4, "0");
}

/** Applies a change to paths, and below them; says what could not be changed. Links below are left alone. */
export async function changeEach(
  call: Call,
  paths: readonly string[],
  how: { readonly recursive: boolean; readonly change: (path: string, shown: string) => Change },
  shown: (path: string) => string = (path) => path,
): Promise<number> {
  const { files } = call.process;
  let exitCode = 0;
  for (const path of paths) {
    const absolute = call.process.resolve(path);
    try {
      const { isChange, report } = how.change(absolute, shown(path));
      if (call.options.has("v") || (call.options.has("c") && isChange)) await call.out.print(`${report}\n`);
      if (!how.recursive || files.lstat(absolute).kind !== "directory") continue;
      const inside = files.list(absolute).map((name) => joinPath(path, name));
      const own = inside.filter((name) => files.lstat(call.process.resolve(name)).kind !== "symlink");
      exitCode = Math.max(exitCode, await changeEach(call, own, how, shown));
    } catch (error) {
      const reason = reasonOf(error);
      const gnu = files.exists(absolute) ? `changing ${aspect(call)} of` : "cannot access";
      const words = { busybox: `${shown(path)}: ${reason}`, gnu: `${gnu} '${shown(path)}': ${reason}` };
      if (!call.options.has("f")) await call.complain(words);
      exitCode = 1;
    }
  }
  return exitCode;
}

function aspect({ name }: Call): string {
  return { chmod: "permissions", chgrp: "group" }[name] ?? "ownership";
}
