import { Exit, LoopJump, Return, ShellError } from "../jumps.ts";
import type { Shell } from "../shell.ts";
import type { Builtin } from "./builtin.ts";

export const colon: Builtin = { names: [":"], special: true, run: () => 0 };

export const trueBuiltin: Builtin = { names: ["true"], run: () => 0 };

export const falseBuiltin: Builtin = { names: ["false"], run: () => 1 };

export const breakLoop: Builtin = {
  names: ["break", "continue"],
  special: true,
  run(shell, [name, levels = "1"]) {
    if (shell.loopDepth === 0 && shell.dialect.bash) return onlyInLoops(shell);
    const count = Number(levels);
    if (!/^\d+$/.test(levels) || count < 1) throw new ShellError(shell.dialect.badNumber(levels));
    if (shell.loopDepth === 0) return 0;
    throw new LoopJump(name === "break" ? "break" : "continue", Math.min(count, shell.loopDepth));
  },
};

async function onlyInLoops(shell: Shell): Promise<number> {
  await shell.complain("only meaningful in a `for', `while', or `until' loop");
  return 0;
}

export const returnFromFunction: Builtin = {
  names: ["return"],
  special: true,
  run(shell, [, status]) {
    const { bash } = shell.dialect;
    if (bash && shell.functionNames.length === 0 && shell.sourceDepth === 0)
      throw new ShellError("can only `return' from a function or sourced script", 2, false);
    const code = statusFrom(shell, status);
    throw new Return(shell.dialect.name === "dash" ? code : code & 255);
  },
};

export const exit: Builtin = {
  names: ["exit"],
  special: true,
  async run(shell, [, status]) {
    const code = statusFrom(shell, status);
    if (shell.options.interactive && !shell.subshell && !shell.warnedOfJobs && hasStopped(shell)) {
      shell.warnedOfJobs = true;
      await shell.warn("You have stopped jobs.\n");
      return 1;
    }
    throw new Exit(code & 255);
  },
};

function hasStopped(shell: Shell): boolean {
  return shell.jobs.some(({ state }) => state === "stopped");
}

function statusFrom(shell: Shell, text: string | undefined): number {
  if (text === undefined) return shell.status;
  if (!/^-?\d+$/.test(text)) throw new ShellError(shell.dialect.badNumber(text), 2);
  if (text.startsWith("-") && !shell.dialect.bash) throw new ShellError(shell.dialect.badNumber(text), 2);
  return Number(text);
}
