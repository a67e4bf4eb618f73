import type { Builtin } from "./builtin.ts";

export const history: Builtin = {
  names: ["history"],
  dialects: ["ash", "bash"],
  async run(shell, [, option]) {
    if (option === "-c") shell.history?.clear();
    else {
      const entries = shell.history?.entries ?? [];
      const from = option !== undefined && /^\d+$/.test(option) ? Math.max(0, entries.length - Number(option)) : 0;
      const first = shell.dialect.bash ? 1 : 0;
      for (const [index, entry] of entries.entries()) {
        if (index >= from)
          await shell.print(
            `${String(index + first).padStart(shell.dialect.bash ? 5 : 4)}${shell.dialect.bash ? "  " : " "}${entry}\n`,
          );
      }
    }
    return 0;
  },
};
