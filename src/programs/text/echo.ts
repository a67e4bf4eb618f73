import { applet } from "../applet.ts";
import { backslashEscapes } from "./escapes.ts";

/** Options are only options while each word is one: `echo -nx` prints `-nx`. */
export const echo = applet({
  names: ["echo"],
  usage: "[-neE] [ARG]...",
  help: "Print ARGs to stdout",
  options: "",
  rewrite: (args) => ["--", ...args],
  async run({ operands, out }) {
    const flags = operands.findIndex((word) => !/^-[neE]+$/u.test(word));
    const words = flags === -1 ? [] : operands.slice(flags);
    const given = operands.slice(0, flags === -1 ? operands.length : flags).join("");
    const interpreted = /[eE](?=[^eE]*$)/u.exec(given)?.[0] === "e";
    const newline = given.includes("n") ? "" : "\n";
    const text = words.join(" ");
    if (!interpreted) {
      await out.print(text + newline);
      return;
    }
    const { text: shown, stopped } = backslashEscapes(text, "echo");
    await out.print(shown + (stopped ? "" : newline));
  },
});
