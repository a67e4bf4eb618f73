import { quoteForShell, quoteIfNeeded } from "../expand/quote.ts";
import { ShellError } from "../jumps.ts";
import { bashOptions, optionNames, optionOfLetter } from "../options.ts";
import type { OptionName } from "../options.ts";
import type { Shell } from "../shell.ts";
import type { Builtin } from "./builtin.ts";

/** Options, and `$1` and so on. */
export const set: Builtin = {
  names: ["set"],
  special: true,
  async run(shell, [, ...words]) {
    if (words.length === 0) {
      for (const [name, { value, elements }] of shell.variables.all()) {
        if (elements)
          await shell.print(`${name}=(${[...elements].map(([key, text]) => `[${key}]="${text}"`).join(" ")})\n`);
        else if (value !== undefined) await shell.print(`${name}=${quote(shell, value)}\n`);
      }
      return 0;
    }
    const rest = await setOptions(shell, words);
    if (rest) shell.positional = rest;
    return 0;
  },
};

function quote(shell: Shell, value: string): string {
  return shell.dialect.bash ? quoteIfNeeded(value) : quoteForShell(value);
}

/** Takes options off the words; undefined when there is nothing behind them to be `$1`. */
export async function setOptions(shell: Shell, words: readonly string[]): Promise<readonly string[] | undefined> {
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? "";
    if (word === "--") return words.slice(at + 1);
    if (word === "-") {
      shell.options.xtrace = false;
      shell.options.verbose = false;
      return at + 1 < words.length ? words.slice(at + 1) : undefined;
    }
    if (!/^[-+]./.test(word)) return words.slice(at);
    const isOn = word.startsWith("-");
    for (const letter of word.slice(1)) {
      if (letter !== "o") setOption(shell, optionOfLetter(letter), `${word[0]}${letter}`, isOn);
      else if (words[at + 1] === undefined) await listOptions(shell, isOn);
      else setOption(shell, nameOf(shell, words[++at] ?? ""), `-o ${words[at]}`, isOn);
    }
  }
  return undefined;
}

function setOption(shell: Shell, name: OptionName | undefined, text: string, isOn: boolean): void {
  const isForeign = name !== undefined && !shell.dialect.bash && bashOptions.includes(name);
  if (name === undefined || isForeign || (!isOn && name === "interactive"))
    throw new ShellError(shell.dialect.illegalOption(text), 2, shell.dialect.name !== "ash");
  if (!isOn && (name === "braceexpand" || name === "hashall"))
    throw new ShellError(`${name}: turning this off is not simulated`, 2, false);
  shell.options[name] = isOn;
}

function nameOf(shell: Shell, name: string): OptionName | undefined {
  if (name === "pipefail" && !shell.dialect.extended) return undefined;
  return optionNames.find((known) => known === name);
}

/** Bash has these letters, but does not list them. */
const ashOptions: ReadonlySet<string> = new Set(["interactive", "stdin", "nolog"]);

async function listOptions(shell: Shell, readable: boolean): Promise<void> {
  if (readable && !shell.dialect.bash) await shell.print("Current option settings\n");
  const { bash } = shell.dialect;
  for (const name of bash ? optionNames.toSorted() : optionNames) {
    if (name === "pipefail" && !shell.dialect.extended) continue;
    if (bash ? ashOptions.has(name) : bashOptions.includes(name)) continue;
    const isOn = shell.options[name];
    await shell.print(
      readable
        ? `${bash ? `${name.padEnd(15)}\t` : name.padEnd(16)}${isOn ? "on" : "off"}\n`
        : `set ${isOn ? "-" : "+"}o ${name}\n`,
    );
  }
}

export const shift: Builtin = {
  names: ["shift"],
  special: true,
  run(shell, [, text = "1"]) {
    if (!/^\d+$/.test(text)) throw new ShellError(shell.dialect.badNumber(text), 2);
    const count = Number(text);
    if (count > shell.positional.length) {
      if (shell.dialect.name === "dash") throw new ShellError("can't shift that many", 2);
      return 1;
    }
    shell.positional = shell.positional.slice(count);
    return 0;
  },
};
