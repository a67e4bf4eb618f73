import { outOfMemory } from "../expand/joined.ts";
import { quoteForShell, quoteWithEscapes } from "../expand/quote.ts";
import type { Shell } from "../shell.ts";
import type { Builtin } from "./builtin.ts";

export const alias: Builtin = {
  names: ["alias"],
  async run(shell, [, ...words]) {
    let status = 0;
    const prefix = shell.dialect.bash ? "alias " : "";
    const quote = shell.dialect.bash ? quoteWithEscapes : quoteForShell;
    const show = (name: string, value: string) => shell.print(`${prefix}${name}=${quote(value)}\n`);
    if (words.length === 0) {
      for (const name of [...shell.aliases.keys()].toSorted()) await show(name, shell.aliases.get(name) ?? "");
    }
    for (const word of words.filter((one) => one !== "-p")) {
      const at = word.indexOf("=");
      const value = at > 0 ? word.slice(at + 1) : shell.aliases.get(word);
      if (at > 0) define(shell, word.slice(0, at), value ?? "");
      else if (value !== undefined) await show(word, value);
      else {
        await missing(shell, "alias", word);
        status = 1;
      }
    }
    return status;
  },
};

const mostAliases = 10_000;

function define(shell: Shell, name: string, value: string): void {
  if (shell.aliases.size >= mostAliases) throw outOfMemory();
  shell.aliases.set(name, value);
}

async function missing(shell: Shell, builtin: string, name: string): Promise<void> {
  if (shell.dialect.bash) await shell.complain(`${name}: not found`);
  else await shell.warn(`${builtin}: ${name} not found\n`);
}

export const unalias: Builtin = {
  names: ["unalias"],
  async run(shell, [, ...names]) {
    if (names[0] === "-a") {
      shell.aliases.clear();
      return 0;
    }
    let status = 0;
    for (const name of names) {
      if (shell.aliases.delete(name)) continue;
      await missing(shell, "unalias", name);
      status = 1;
    }
    return status;
  },
};
