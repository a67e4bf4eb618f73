import { applet } from "../applet.ts";
import { forEachLine } from "../input.ts";

export const rev = applet({
  names: ["rev"],
  usage: "[FILE]...",
  help: "Reverse lines of FILE",
  options: "",
  directory: "/usr/bin",
  run: (call) =>
    forEachLine(call, call.operands, (line, { terminated }) => {
      return call.out.print(Array.from(line).toReversed().join("") + (terminated ? "\n" : ""));
    }),
});
