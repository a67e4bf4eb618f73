import { ShellError } from "../jumps.ts";
import type { Builtin } from "./builtin.ts";

/** What bash has and we have not: better told than not found. */
export const unsimulated: Builtin = {
  names: ["bind", "caller", "compgen", "complete", "compopt", "enable", "fc", "help", "suspend"],
  dialects: ["bash"],
  run() {
    throw new ShellError("this built-in is not simulated", 1, false);
  },
};
