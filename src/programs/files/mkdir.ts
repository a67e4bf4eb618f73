import { applet, type Call, UsageError } from "../applet.ts";
import { Failure, reasonOf } from "../failure.ts";
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
        if (options.has("v") && !existed) await out.print(`created directory: '${path}'\n`);
      } catch (error) {
        await call.complain(`can't create directory '${path}': ${reasonOf(error)}`);
        exitCode = 1;
      }
    }
    return exitCode;
  },
});

function modeOf({ options }: Call): number | undefined {
  const text = options.value("m");
  if (text === undefined) return undefined;
  const mode = changedMode(text, { kind: "directory", mode: 0o777 });
  if (mode === undefined) throw new Failure(`invalid mode '${text}'`);
  return mode;
}
