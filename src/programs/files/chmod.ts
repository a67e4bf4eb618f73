import { applet, type Call, UsageError } from "../applet.ts";
import { Failure, reasonOf } from "../failure.ts";
import { joinPath } from "../paths.ts";
import { changedMode } from "../permissions.ts";

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
    if (mode === undefined || paths.length === 0) throw new UsageError();
    if (changedMode(mode, { kind: "file", mode: 0 }) === undefined) throw new Failure(`invalid mode '${mode}'`);
    const { files } = call.process;
    const change = (path: string) => {
      const info = files.stat(path);
      files.chmod(path, changedMode(mode, info) ?? info.mode);
    };
    return changeEach(call, paths, { recursive: call.options.has("R"), change });
  },
});

/** Applies a change to paths, and below them; says what could not be changed. Links below are left alone. */
export async function changeEach(
  call: Call,
  paths: readonly string[],
  how: { readonly recursive: boolean; readonly change: (path: string) => void },
  shown: (path: string) => string = (path) => path,
): Promise<number> {
  const { files } = call.process;
  let exitCode = 0;
  for (const path of paths) {
    const absolute = call.process.resolve(path);
    try {
      how.change(absolute);
      if (call.options.last("cv") !== undefined) await call.out.print(`changed '${shown(path)}'\n`);
      if (!how.recursive || files.lstat(absolute).kind !== "directory") continue;
      const inside = files.list(absolute).map((name) => joinPath(path, name));
      const own = inside.filter((name) => files.lstat(call.process.resolve(name)).kind !== "symlink");
      exitCode = Math.max(exitCode, await changeEach(call, own, how, shown));
    } catch (error) {
      const reason = reasonOf(error);
      if (!call.options.has("f")) await call.complain(`${shown(path)}: ${reason}`);
      exitCode = 1;
    }
  }
  return exitCode;
}
