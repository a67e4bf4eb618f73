import { ShellError } from "../jumps.ts";
import type { Shell } from "../shell.ts";
import { bashUsages } from "./bash-usages.ts";

/** The options of a built-in, by letter, and what follows them. */
export interface ParsedOptions {
  readonly options: ReadonlyMap<string, string>;
  readonly operands: readonly string[];
}

/** As getopt(3): `letters` is `"rp:"` where `p` takes a value. Throws ShellError for others. */
export function parseOptions(shell: Shell, argv: readonly string[], letters: string): ParsedOptions {
  const options = new Map<string, string>();
  let at = 1;
  for (; at < argv.length; at++) {
    const word = argv[at] ?? "";
    if (word === "--") return { options, operands: argv.slice(at + 1) };
    if (!/^-./.test(word)) break;
    for (let index = 1; index < word.length; index++) {
      const letter = word[index] ?? "";
      const known = letters.indexOf(letter);
      if (known < 0 || letter === ":") throw illegalOption(shell, argv[0] ?? "", `-${letter}`);
      if (letters[known + 1] !== ":") {
        options.set(letter, "");
        continue;
      }
      const value = word.slice(index + 1) || argv[++at];
      if (value === undefined) throw new ShellError(`-${letter}: option requires an argument`, 2);
      options.set(letter, value);
      break;
    }
  }
  return { options, operands: argv.slice(at) };
}

/** In bash with the built-in's use below it. */
export function illegalOption({ dialect }: Shell, builtin: string, option: string): ShellError {
  const usage = dialect.bash ? bashUsages[builtin] : undefined;
  const message = dialect.illegalOption(option);
  return new ShellError(usage === undefined ? message : `${message}\n${builtin}: usage: ${usage}`, 2);
}
