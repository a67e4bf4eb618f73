import type { Builtin } from "./builtin.ts";
import { unescape } from "./escapes.ts";

/** Busybox and bash read escapes after `-e`; dash always does, and knows `-n` alone. */
export const echo: Builtin = {
  names: ["echo"],
  async run(shell, argv) {
    const { extended } = shell.dialect;
    let at = 1;
    let escapes = !extended;
    let newline = true;
    for (; (extended ? /^-[neE]+$/ : /^-n$/).test(argv[at] ?? ""); at++) {
      for (const option of (argv[at] ?? "").slice(1)) {
        if (option === "n") newline = false;
        else escapes = option === "e";
      }
      if (!extended) {
        at++;
        break;
      }
    }
    const words = argv.slice(at).join(" ");
    const { text, isCut } = escapes ? unescape(words, extended) : { text: words, isCut: false };
    await shell.print(newline && !isCut ? `${text}\n` : text);
    return 0;
  },
};
