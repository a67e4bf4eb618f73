import { applet, type Call, UsageError } from "../applet.ts";
import { Failure, reasonOf } from "../failure.ts";
import { statOf } from "../paths.ts";
import { changedMode } from "../permissions.ts";

export const mkdir = applet({
  names: ["mkdir"],
  usage: "[-m MODE] [-p] DIRECTORY...",
  help: `
Create DIRECTORY

	-m MODE	Mode
	-p	No error if exists; make parent directories as needed`,
  options: { short: "m:pv", long: { mode: "m", parents: "p", verbose: "v" } },
  async run(call) {
    const { process, options, operands, out } = call;
    if (operands.length === 0) throw new UsageError();
    const mode = modeOf(call);
    let exitCode = 0;
    for (const path of operands) {
      try {
        const absolute = process.resolve(path);
        const existed = process.files.exists(absolute);
        process.files.makeDirectory(absolute, { recursive: options.has("p") });
        if (mode !== undefined && !existed) process.files.chmod(absolute, mode);
        if (!options.has("v") || existed) continue;
        await out.print(
          call.flavour === "gnu" ? `mkdir: created directory '${path}'\n` : `created directory: '${path}'\n`,
        );
      } catch (error) {
        const { at, reason } = obstacle(call, path, reasonOf(error));
        await call.complain({
          busybox: `can't create directory '${at}': ${reason}`,
          gnu: `cannot create directory '${at.replace(/\/$/u, "")}': ${reason}`,
        });
        exitCode = 1;
      }
    }
    return exitCode;
  },
});

/** -p tells of the first name on the way that is no directory. */
function obstacle({ process, options }: Call, path: string, reason: string): { at: string; reason: string } {
  if (!options.has("p")) return { at: path, reason };
  const names = path.split("/");
  for (let count = 1; count < names.length; count++) {
    const parent = names.slice(0, count).join("/");
    const kind = parent === "" ? "directory" : statOf(process, parent)?.kind;
    if (kind !== undefined && kind !== "directory") return { at: `${parent}/`, reason: "Not a directory" };
  }
  return { at: path, reason };
}

function modeOf({ options }: Call): number | undefined {
  const text = options.value("m");
  if (text === undefined) return undefined;
  const mode = changedMode(text, { kind: "directory", mode: 0o777 });
  if (mode === undefined) throw new Failure(`invalid mode '${text}'`);
  return mode;
}
