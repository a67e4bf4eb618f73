import { signalNumbers } from "../../runtime/process.ts";
import { quoteForShell, quoteWithEscapes } from "../expand/quote.ts";
import { setTrap } from "../run/traps.ts";
import type { Condition, Shell } from "../shell.ts";
import type { Builtin } from "./builtin.ts";
import { conditionFrom, shortName, signals } from "./signal-names.ts";

export const trap: Builtin = {
  names: ["trap"],
  special: true,
  async run(shell, [, ...given]) {
    const words = given[0] === "--" ? given.slice(1) : given;
    if (words.length === 0 || words[0] === "-p") return show(shell, words.slice(1));
    if (words[0] === "-l") return list(shell);
    const resets = words.length === 1 || /^\d+$/.test(words[0] ?? "");
    const [action, ...names] = resets ? ["-", ...words] : words;
    let status = 0;
    for (const name of names) {
      const condition = conditionFrom(name, shell.dialect.bash);
      if (condition) setTrap(shell, condition, action === "-" ? undefined : action);
      else {
        if (shell.dialect.name === "dash") await shell.warn(`trap: ${name}: bad trap\n`);
        else await shell.complain(`${name}: invalid signal specification`);
        status = 1;
      }
    }
    return status;
  },
};

async function show(shell: Shell, names: readonly string[]): Promise<number> {
  const wanted = names.map((name) => conditionFrom(name, shell.dialect.bash));
  const order: readonly Condition[] = ["EXIT", ...signals, "DEBUG", "ERR", "RETURN"];
  for (const condition of order) {
    const action = (shell.shownTraps ?? shell.traps).get(condition);
    if (action === undefined || (wanted.length > 0 && !wanted.includes(condition))) continue;
    const { bash } = shell.dialect;
    const quoted = bash ? quoteWithEscapes(action) : quoteForShell(action);
    await shell.print(`trap -- ${quoted} ${bash ? condition : shortName(condition)}\n`);
  }
  return 0;
}

async function list(shell: Shell): Promise<number> {
  for (const signal of signals) await shell.print(`${String(signalNumbers[signal]).padStart(2)}) ${signal}\n`);
  return 0;
}
