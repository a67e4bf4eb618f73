import { ShellError } from "../jumps.ts";
import type { Shell } from "../shell.ts";
import type { Builtin } from "./builtin.ts";

/** `getopts optstring name [arg…]`: one option a call; OPTIND says where it is. */
export const getopts: Builtin = {
  names: ["getopts"],
  async run(shell, [, letters, name, ...given]) {
    if (letters === undefined || name === undefined) throw new ShellError("usage: getopts optstring var [arg...]", 2);
    const step = nextOption(shell, letters, given.length > 0 ? given : shell.positional);
    if (step.complaint !== undefined && !letters.startsWith(":"))
      await shell.warn(`${shell.dialect.bash ? `${shell.name}: ` : ""}${step.complaint}\n`);
    shell.variables.set(name, step.option);
    const isFound = !shell.dialect.bash && step.option !== "?";
    const argument = step.argument ?? (isFound ? "" : undefined);
    if (argument === undefined) shell.variables.unset("OPTARG");
    else shell.variables.set("OPTARG", argument);
    return step.isDone ? 1 : 0;
  },
};

interface OptionStep {
  readonly option: string;
  readonly argument?: string | undefined;
  readonly complaint?: string;
  readonly isDone?: boolean;
}

function nextOption(shell: Shell, letters: string, args: readonly string[]): OptionStep {
  const { variables } = shell;
  const isAhead = !shell.dialect.bash && shell.optionOffset > 0;
  const index = Number(variables.get("OPTIND") ?? 1) - (isAhead ? 1 : 0);
  const word = args[index - 1];
  if (shell.optionOffset === 0) {
    if (word === undefined || !/^-./.test(word)) return { option: "?", isDone: true };
    if (word === "--") {
      variables.set("OPTIND", String(index + 1));
      return { option: "?", isDone: true };
    }
    if (!shell.dialect.bash) variables.set("OPTIND", String(index + 1));
    shell.optionOffset = 1;
  }
  const text = word ?? "";
  const letter = text[shell.optionOffset++] ?? "";
  const known = letter === ":" ? -1 : letters.indexOf(letter);
  const isEnd = shell.optionOffset >= text.length;
  if (known < 0 || letters[known + 1] !== ":") {
    if (isEnd) advance(shell, index + 1);
    if (known >= 0) return { option: letter };
    return { option: "?", ...unknown(shell, letters, letter) };
  }
  const argument = isEnd ? args[index] : text.slice(shell.optionOffset);
  advance(shell, isEnd ? index + 2 : index + 1);
  if (argument !== undefined) return { option: letter, argument };
  advance(shell, index + 1);
  return letters.startsWith(":")
    ? { option: ":", argument: letter }
    : { option: "?", complaint: missing(shell, letter) };
}

function advance(shell: Shell, index: number): void {
  shell.variables.set("OPTIND", String(index));
  shell.optionOffset = 0;
}

function unknown(shell: Shell, letters: string, letter: string): { argument?: string; complaint?: string } {
  if (letters.startsWith(":")) return { argument: letter };
  return { complaint: shell.dialect.bash ? `illegal option -- ${letter}` : `Illegal option -${letter}` };
}

function missing(shell: Shell, letter: string): string {
  return shell.dialect.bash ? `option requires an argument -- ${letter}` : `No arg for -${letter} option`;
}
