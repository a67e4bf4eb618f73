import { SystemError } from "../../runtime/process.ts";
import { isDirectory } from "../expand/pathname.ts";
import { ShellError } from "../jumps.ts";
import { Exit } from "../jumps.ts";
import { settle, withReturnTrap } from "../run/call.ts";
import { becomeExternal, runExternal } from "../run/external.ts";
import { findBuiltin, findExecutable, pathDirectories } from "../run/find-command.ts";
import type { Outcome } from "../run/outcome.ts";
import { runBuiltin } from "../run/simple-command.ts";
import type { Shell } from "../shell.ts";
import type { Builtin } from "./builtin.ts";
import { describeCommand } from "./describe-command.ts";
import { illegalOption } from "./parse-options.ts";

export const evaluate: Builtin = {
  names: ["eval"],
  special: true,
  run(shell, [, ...words]) {
    const text = words.join(" ");
    return text.trim() === "" ? 0 : shell.interpreter.evaluate(shell, text);
  },
};

export const source: Builtin = {
  names: [".", "source"],
  special: true,
  run(shell, [name, path, ...given]) {
    if (name === "source" && !shell.dialect.extended) return notFound(shell, "source");
    const args = shell.dialect.extended ? given : [];
    if (path === undefined) throw new ShellError("filename argument required", 2);
    const text = readSource(shell, path);
    const { positional, line, loopDepth, builtin } = shell;
    if (args.length > 0) shell.positional = args;
    shell.fileDepth++;
    shell.sourceDepth++;
    shell.line = 1;
    shell.builtin = undefined;
    const leave = () => {
      if (args.length > 0) shell.positional = positional;
      shell.fileDepth--;
      shell.sourceDepth--;
      shell.line = line;
      shell.loopDepth = loopDepth;
      shell.builtin = builtin;
    };
    return settle(() => withReturnTrap(shell, () => shell.interpreter.evaluate(shell, text)), leave);
  },
};

async function notFound(shell: Shell, name: string): Promise<number> {
  await shell.complain(shell.dialect.notFound(name), "");
  return 127;
}

/** A name without a slash is looked for in PATH; ash and bash then try the current directory. */
function readSource(shell: Shell, path: string): string {
  const { files } = shell.process;
  const candidates = path.includes("/") ? [path] : pathDirectories(shell).map((directory) => `${directory}/${path}`);
  if (!path.includes("/") && shell.dialect.extended) candidates.push(path);
  for (const candidate of candidates) {
    const absolute = shell.process.resolve(candidate);
    if (!files.exists(absolute) || isDirectory(files, absolute)) continue;
    return files.readText(absolute);
  }
  const error = new SystemError("ENOENT");
  if (shell.dialect.name === "dash" && !path.includes("/")) throw new ShellError(`${path}: not found`, 127);
  const { bash } = shell.dialect;
  const failure = new ShellError(shell.dialect.cannotOpenScript(path, error), bash ? 1 : 2, !bash);
  if (bash) failure.builtin = "";
  throw failure;
}

export const execute: Builtin = {
  names: ["exec"],
  special: true,
  async run(shell, [, ...command]) {
    const argv = command[0] === "--" ? command.slice(1) : command;
    if (argv.length === 0) return 0;
    const [name = ""] = argv;
    if (!name.includes("/") && shell.dialect.name !== "ash" && findExecutable(shell, name) === undefined) {
      await shell.complain(`${name}: not found`);
      throw new Exit(127);
    }
    shell.builtin = undefined;
    const status = await becomeExternal(shell, argv);
    shell.traps.clear();
    throw new Exit(status);
  },
};

/** Runs a program or built-in though a function has its name; `-v` and `-V` say what it would run. */
export const command: Builtin = {
  names: ["command"],
  run(shell, [, ...words]) {
    let option = "";
    while (/^-[pvV]+$/.test(words[0] ?? "")) option += words.shift()?.slice(1) ?? "";
    if (words[0] === "--") words.shift();
    if (words[0]?.startsWith("-") && option === "") throw illegalOption(shell, "command", words[0]);
    if (option.includes("v") || option.includes("V")) return describeAll(shell, words, option.includes("V"));
    return words.length === 0 ? 0 : runWithoutFunctions(shell, words);
  },
};

async function describeAll(shell: Shell, names: readonly string[], verbose: boolean): Promise<number> {
  let missing = 0;
  for (const name of names) {
    const description = describeCommand(shell, name);
    if (description) await shell.print(`${verbose ? description.sentence : description.short}\n`);
    else missing++;
    if (!description && verbose) await shell.warn(`${name}: not found\n`);
  }
  if (shell.dialect.bash) return missing > 0 && missing === names.length ? 1 : 0;
  return missing > 0 ? 127 : 0;
}

function runWithoutFunctions(shell: Shell, argv: readonly string[]): Outcome {
  const builtin = findBuiltin(shell, argv[0] ?? "");
  shell.builtin = undefined;
  if (!builtin) return runExternal(shell, argv, argv.join(" "));
  return runBuiltin(shell, { ...builtin, special: false }, argv);
}

export const builtinCommand: Builtin = {
  names: ["builtin"],
  dialects: ["ash", "bash"],
  run(shell, [, ...argv]) {
    const [name] = argv;
    if (name === undefined) return 0;
    const found = findBuiltin(shell, name);
    if (!found) throw new ShellError(`${name}: not a shell builtin`, 1, false);
    return runBuiltin(shell, found, argv);
  },
};
