import { globalFlags } from "../global-flags.ts";
import { optionLine } from "../option-line.ts";
import type { Verb } from "../verb.ts";

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_options/ */
export const options: Verb = {
  names: ["options"],
  summary: "Print the list of flags inherited by all commands",
  flags: [],

  async run({ io }) {
    const lines = globalFlags.map((flag) => optionLine(flag));
    await io.out(`The following options can be passed to any command:\n\n${lines.join("\n")}\n`);
  },
};
