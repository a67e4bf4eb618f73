import { applet, UsageError } from "../applet.ts";
import { becomeCommand } from "../run-command.ts";

export const env = applet({
  names: ["env"],
  usage: "[-iu] [-] [NAME=VALUE]... [PROG ARGS]",
  help: `
Print current environment or run PROG after setting up environment

	-, -i	Start with empty environment
	-0	NUL terminated output
	-u NAME	Remove variable from environment`,
  options: { short: "i0u:", long: { "ignore-environment": "i", null: "0", unset: "u" }, endAtOperand: true },
  directory: "/usr/bin",
  usageExitCode: { busybox: 1, gnu: 125 },
  rewrite: (args) => args.map((arg, index) => (arg === "-" && index === 0 ? "-i" : arg)),
  async run({ process, options, operands, out }) {
    const variables = new Map(options.has("i") ? [] : process.env);
    for (const name of options.values("u")) variables.delete(name);
    const first = operands.findIndex((word) => !/^[^=]+=/u.test(word));
    const settings = first === -1 ? operands : operands.slice(0, first);
    for (const setting of settings) {
      const at = setting.indexOf("=");
      variables.set(setting.slice(0, at), setting.slice(at + 1));
    }
    const command = first === -1 ? [] : operands.slice(first);
    if (command.length > 0) {
      if (options.has("0")) throw new UsageError();
      await out.flush();
      return becomeCommand(process, command, variables);
    }
    for (const [name, value] of variables) await out.print(`${name}=${value}${options.has("0") ? "\0" : "\n"}`);
    return 0;
  },
});
