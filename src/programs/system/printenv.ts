import { applet } from "../applet.ts";

export const printenv = applet({
  names: ["printenv"],
  usage: "[VARIABLE]...",
  help: "Print environment VARIABLEs.\nIf no VARIABLE specified, print all.",
  options: "",
  async run({ process, operands, out }) {
    if (operands.length === 0) for (const [name, value] of process.env) await out.print(`${name}=${value}\n`);
    let exitCode = 0;
    for (const name of operands) {
      const value = process.env.get(name);
      if (value === undefined) exitCode = 1;
      else await out.print(`${value}\n`);
    }
    return exitCode;
  },
});
