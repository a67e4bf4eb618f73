import { KubectlError, usageError } from "../kubectl-error.ts";
import type { Verb } from "../verb.ts";

/** Not offered: shells complete with a program of their own. */
export const completion: Verb = {
  names: ["completion"],
  summary: "Output shell completion code for the specified shell (not offered by this kubectl)",
  usage: "SHELL",
  flags: [],

  async run({ flags }) {
    if (flags.args.length === 0) throw usageError("completion", "Shell not specified.");
    throw new KubectlError("shell completion is not offered by this kubectl");
  },
};
