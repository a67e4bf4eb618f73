import type { Builtin } from "./builtin.ts";
import { describeCommand, describeEvery } from "./describe-command.ts";

export const typeBuiltin: Builtin = {
  names: ["type"],
  async run(shell, [, ...words]) {
    let options = "";
    while (shell.dialect.bash && /^-[atpP]+$/.test(words[0] ?? "")) options += words.shift() ?? "";
    let status = 0;
    for (const name of words) {
      const every = describeEvery(shell, name);
      const found = options.includes("a") ? every : every.slice(0, 1);
      for (const { kind, short, sentence } of found) {
        const shown = options.includes("t")
          ? kind
          : options.includes("p")
            ? kind === "file"
              ? short
              : undefined
            : sentence;
        if (shown !== undefined) await shell.print(`${shown}\n`);
      }
      if (found.length > 0) continue;
      status = shell.dialect.bash ? 1 : 127;
      if (options === "" && shell.dialect.bash) await shell.complain(`${name}: not found`);
      if (options === "" && !shell.dialect.bash) await shell.print(`${name}: not found\n`);
    }
    return status;
  },
};

/** Programs are looked up anew each time, so there is nothing to remember; what cannot be found is told. */
export const hash: Builtin = {
  names: ["hash"],
  async run(shell, [, ...words]) {
    let status = 0;
    if (words.length === 0 && shell.dialect.bash) await shell.print("hash: hash table empty\n");
    for (const name of words.filter((word) => !word.startsWith("-"))) {
      if (describeCommand(shell, name)) continue;
      await shell.complain(`${name}: not found`);
      status = 1;
    }
    return status;
  },
};
