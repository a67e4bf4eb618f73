import { applet, UsageError } from "../applet.ts";
import { Failure, reasonOf } from "../failure.ts";
import { becomeCommand } from "../run-command.ts";

export const chroot = applet({
  names: ["chroot"],
  usage: "NEWROOT [PROG ARGS]",
  help: "Run PROG with root directory set to NEWROOT",
  options: { short: "", endAtOperand: true },
  usageExitCode: 125,
  directory: "/usr/sbin",
  async run({ process, operands: [root, ...command] }) {
    if (root === undefined) throw new UsageError();
    try {
      process.changeRoot(root);
    } catch (error) {
      throw new Failure(`can't change root directory to '${root}': ${reasonOf(error)}`, 125);
    }
    return becomeCommand(process, command.length > 0 ? command : [process.env.get("SHELL") ?? "/bin/sh", "-i"]);
  },
});
