import { SystemError } from "../../runtime/process.ts";
import { ShellError } from "../jumps.ts";
import type { Shell } from "../shell.ts";
import type { Builtin } from "./builtin.ts";
import { parseOptions } from "./parse-options.ts";

export const changeDirectory: Builtin = {
  names: ["cd", "chdir"],
  async run(shell, argv) {
    const { options, operands } = parseOptions(shell, argv, "LPe@");
    if (shell.dialect.bash && operands.length > 1) throw new ShellError("too many arguments", 1, false);
    const { path, isShown } = await target(shell, operands[0]);
    moveTo(shell, path, options.has("P"));
    if (isShown) await shell.print(`${shell.process.cwd}\n`);
    return 0;
  },
};

interface Target {
  readonly path: string;
  /** Where the user did not say it in full, `cd` says where it went. */
  readonly isShown: boolean;
}

async function target(shell: Shell, operand: string | undefined): Promise<Target> {
  const { variables, process, dialect } = shell;
  if (operand === undefined || operand === "") {
    const home = variables.get("HOME");
    if (home === undefined && dialect.bash) throw new ShellError("HOME not set", 1, false);
    return { path: (operand === undefined ? home : undefined) ?? process.cwd, isShown: false };
  }
  if (operand === "-") {
    const previous = variables.get("OLDPWD");
    if (previous === undefined && dialect.bash) throw new ShellError("OLDPWD not set", 1, false);
    return { path: previous ?? process.cwd, isShown: true };
  }
  if (/^\.{0,2}\/|^\.\.?$/.test(operand)) return { path: operand, isShown: false };
  for (const directory of (variables.get("CDPATH") ?? "").split(":")) {
    if (directory === "" || directory === ".") continue;
    const candidate = `${directory}/${operand}`;
    if (process.files.exists(process.resolve(candidate))) return { path: candidate, isShown: true };
  }
  return { path: operand, isShown: false };
}

/** Changes directory and tells PWD and OLDPWD. Throws ShellError in the dialect's words. */
function moveTo(shell: Shell, path: string, physical = false): void {
  const { process, variables, dialect } = shell;
  const previous = process.cwd;
  try {
    process.cwd = physical ? process.files.realPath(process.resolve(path)) : normalize(process.resolve(path));
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    throw new ShellError(dialect.cannotChangeDirectory(path, error), dialect.errorStatus, false);
  }
  variables.set("OLDPWD", previous);
  variables.set("PWD", process.cwd);
}

/** `..` is taken off by name, as a shell does, not through symlinks. */
function normalize(path: string): string {
  const names: string[] = [];
  for (const name of path.split("/")) {
    if (name === "..") names.pop();
    else if (name !== "" && name !== ".") names.push(name);
  }
  return `/${names.join("/")}`;
}

export const printDirectory: Builtin = {
  names: ["pwd"],
  async run(shell, argv) {
    const { options } = parseOptions(shell, argv, "LP");
    const { cwd, files } = shell.process;
    await shell.print(`${options.has("P") ? files.realPath(cwd) : cwd}\n`);
    return 0;
  },
};

/** Bash's stack of directories. */
export const directoryStack: Builtin = {
  names: ["pushd", "popd", "dirs"],
  dialects: ["bash"],
  async run(shell, [name, path]) {
    const here = shell.process.cwd;
    const [next, ...rest] = shell.directoryStack;
    if (name === "pushd") {
      if (path === undefined && next === undefined) throw new ShellError("no other directory", 1, false);
      moveTo(shell, path ?? next ?? here);
      shell.directoryStack = [here, ...(path === undefined ? rest : shell.directoryStack)];
    } else if (name === "popd") {
      if (next === undefined) throw new ShellError("directory stack empty", 1, false);
      moveTo(shell, next);
      shell.directoryStack = rest;
    } else if (path === "-c") {
      shell.directoryStack = [];
      return 0;
    }
    const home = shell.variables.get("HOME");
    const stack = [shell.process.cwd, ...shell.directoryStack];
    await shell.print(`${stack.map((directory) => abbreviate(directory, home)).join(" ")}\n`);
    return 0;
  },
};

/** With `~` for the home directory. */
export function abbreviate(path: string, home: string | undefined): string {
  if (!home || home === "/" || (path !== home && !path.startsWith(`${home}/`))) return path;
  return `~${path.slice(home.length)}`;
}
