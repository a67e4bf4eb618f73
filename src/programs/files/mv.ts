import { SystemError } from "../../runtime/process.ts";
import { applet, type Call } from "../applet.ts";
import { confirmed } from "../confirm.ts";
import { reasonOf } from "../failure.ts";
import { baseName, joinPath, statOf } from "../paths.ts";
import { copyPath } from "./copy.ts";
import { destination } from "./cp.ts";

export const mv = applet({
  names: ["mv"],
  usage: "[-finT] SOURCE DEST\nor: mv [-fin] SOURCE... { -t DIRECTORY | DIRECTORY }",
  help: `
Rename SOURCE to DEST, or move SOURCEs to DIRECTORY

	-f	Don't prompt before overwriting
	-i	Interactive, prompt before overwrite
	-n	Don't overwrite an existing file
	-T	Refuse to move if DEST is a directory
	-t DIR	Move all SOURCEs into DIR`,
  options: {
    short: "finTt:vu",
    long: {
      force: "f",
      interactive: "i",
      "no-clobber": "n",
      "no-target-directory": "T",
      "target-directory": "t",
      verbose: "v",
    },
  },
  async run(call) {
    const { process, options, out } = call;
    const { sources, target, intoDirectory } = destination(call);
    let exitCode = 0;
    for (const source of sources) {
      const to = intoDirectory ? joinPath(target, baseName(source)) : target;
      if (options.has("n") && statOf(process, to)) continue;
      const asks = options.last("fin") === "i" && statOf(process, to) !== undefined;
      if (asks && !(await confirmed(call, `overwrite '${to}'`))) continue;
      if (!(await move(call, source, to))) exitCode = 1;
      else if (options.has("v")) await out.print(`${call.flavour === "gnu" ? "renamed " : ""}'${source}' -> '${to}'\n`);
    }
    return exitCode;
  },
});

/** Between file systems, what cannot be renamed is copied and then removed. */
async function move(call: Call, source: string, to: string): Promise<boolean> {
  const { files } = call.process;
  const [from, target] = [call.process.resolve(source), call.process.resolve(to)];
  try {
    if (call.flavour === "gnu" && isSame(call, from, target)) {
      await call.complain(`'${source}' and '${to}' are the same file`);
      return false;
    }
    files.rename(from, target);
    return true;
  } catch (error) {
    const reason = reasonOf(error);
    if (error instanceof SystemError && error.code === "EXDEV") return moveAcross(call, source, to);
    await call.complain({
      busybox: `can't rename '${source}': ${reason}`,
      gnu: cannotMove(call, [source, to], reason),
    });
    return false;
  }
}

function isSame({ process: { files } }: Call, from: string, target: string): boolean {
  return files.exists(target) && files.lstat(from).inode === files.lstat(target).inode;
}

function cannotMove({ process }: Call, [source, to]: readonly [string, string], reason: string): string {
  const [moved, replaced] = [statOf(process, source, false), statOf(process, to, false)];
  if (moved === undefined) return `cannot stat '${source}': ${reason}`;
  if (reason === "Invalid argument") return `cannot move '${source}' to a subdirectory of itself, '${to}'`;
  if (moved.kind === "directory" && replaced !== undefined && replaced.kind !== "directory") {
    return `cannot overwrite non-directory '${to}' with directory '${source}'`;
  }
  if (moved.kind !== "directory" && replaced?.kind === "directory") {
    return `cannot overwrite directory '${to}' with non-directory '${source}'`;
  }
  return `cannot move '${source}' to '${to}': ${reason}`;
}

async function moveAcross(call: Call, source: string, to: string): Promise<boolean> {
  const whole = {
    recursive: true,
    keepLinks: true,
    preserve: true,
    force: true,
    verbose: false,
    interactive: false,
    skips: () => false,
  };
  if (!(await copyPath(call, source, to, whole))) return false;
  try {
    call.process.files.remove(call.process.resolve(source), { recursive: true });
    return true;
  } catch (error) {
    const reason = reasonOf(error);
    await call.complain({
      busybox: `can't remove '${source}': ${reason}`,
      gnu: `cannot remove '${source}': ${reason}`,
    });
    return false;
  }
}
