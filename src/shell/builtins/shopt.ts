import { ShellError } from "../jumps.ts";
import type { Builtin } from "./builtin.ts";

const known = ["expand_aliases", "extglob", "nocasematch", "nullglob"];

/** Bash's further options: those that change something here. */
export const shopt: Builtin = {
  names: ["shopt"],
  dialects: ["bash"],
  async run(shell, [, ...words]) {
    const options = words.filter((word) => word.startsWith("-")).join("");
    const names = words.filter((word) => !word.startsWith("-"));
    let status = 0;
    for (const name of names.length > 0 ? names : known) {
      if (!known.includes(name)) throw new ShellError(`${name}: this shell option is not simulated`, 1, false);
      if (options.includes("s") && names.length > 0) shell.switches.add(name);
      else if (options.includes("u") && names.length > 0) shell.switches.delete(name);
      else {
        const isOn = shell.switches.has(name);
        if (!isOn && names.length > 0) status = 1;
        if (!options.includes("q")) await shell.print(`${name.padEnd(15)}\t${isOn ? "on" : "off"}\n`);
      }
    }
    return status;
  },
};
