import { quoteForShell } from "../expand/quote.ts";
import type { Builtin } from "./builtin.ts";

export const alias: Builtin = {
  names: ["alias"],
  async run(shell, [, ...words]) {
    let status = 0;
    const prefix = shell.dialect.bash ? "alias " : "";
    const show = (name: string, value: string) => shell.print(`${prefix}${name}=${quoteForShell(value)}\n`);
    if (words.length === 0) {
      for (const name of [...shell.aliases.keys()].toSorted()) await show(name, shell.aliases.get(name) ?? "");
    }
    for (const word of words.filter((one) => one !== "-p")) {
      const at = word.indexOf("=");
      const value = at > 0 ? word.slice(at + 1) : shell.aliases.get(word);
      if (at > 0) shell.aliases.set(word.slice(0, at), value ?? "");
      else if (value !== undefined) await show(word, value);
      else {
        await shell.complain(`${word}: not found`);
        status = 1;
      }
    }
    return status;
  },
};

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
      await shell.complain(`${name}: not found`);
      status = 1;
    }
    return status;
  },
};
