import { SystemError } from "../../runtime/process.ts";
import { applet, type Call, UsageError } from "../applet.ts";
import { reasonOf } from "../failure.ts";

export const rmdir = applet({
  names: ["rmdir"],
  usage: "[-p] DIRECTORY...",
  help: `
Remove DIRECTORY if it is empty

	-p	Include parents`,
  options: { short: "p", gnu: "v", long: { parents: "p", "ignore-fail-on-non-empty": "ignore-fail-on-non-empty" } },
  async run(call) {
    if (call.operands.length === 0) throw new UsageError();
    let exitCode = 0;
    for (const operand of call.operands) {
      let path = operand;
      while (path !== "" && path !== ".") {
        if (!(await remove(call, path, operand))) exitCode = 1;
        path = call.options.has("p") && exitCode === 0 ? parentOf(path) : "";
      }
    }
    return exitCode;
  },
});

async function remove(call: Call, path: string, given: string): Promise<boolean> {
  const { files } = call.process;
  const absolute = call.process.resolve(path);
  try {
    if (files.lstat(absolute).kind !== "directory") throw new SystemError("ENOTDIR");
    files.remove(absolute);
    return true;
  } catch (error) {
    const reason = reasonOf(error);
    if (call.options.has("ignore-fail-on-non-empty") && reason === "Directory not empty") return true;
    const parent = path === given ? "" : "directory ";
    await call.complain({ busybox: `'${path}': ${reason}`, gnu: `failed to remove ${parent}'${path}': ${reason}` });
    return false;
  }
}

function parentOf(path: string): string {
  return path.replace(/\/+$/u, "").split("/").slice(0, -1).join("/");
}
