import { encodeText } from "../../runtime/text.ts";
import { applet } from "../applet.ts";

const blockSize = 8192;

export const yes = applet({
  names: ["yes"],
  usage: "[STRING]",
  help: "Repeatedly print a line with STRING, or 'y'",
  options: "",
  directory: "/usr/bin",
  async run({ operands, out }) {
    const line = `${operands.length === 0 ? "y" : operands.join(" ")}\n`;
    const block = encodeText(line.repeat(Math.ceil(blockSize / line.length)));
    for (;;) await out.write(block);
  },
});
