import { applet } from "../applet.ts";

export const yes = applet({
  names: ["yes"],
  usage: "[STRING]",
  help: "Repeatedly print a line with STRING, or 'y'",
  options: "",
  directory: "/usr/bin",
  async run({ operands, out }) {
    const line = `${operands.length === 0 ? "y" : operands.join(" ")}\n`;
    for (;;) await out.print(line);
  },
});
