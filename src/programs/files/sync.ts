import { applet } from "../applet.ts";

export const sync = applet({
  names: ["sync"],
  usage: "[-df] [FILE]...",
  help: "Write all buffered blocks (in FILEs) to disk",
  options: "df",
  run: () => Promise.resolve(0),
});
