import { signalNumbers } from "../../runtime/process.ts";
import { quoteForShell } from "../expand/quote.ts";
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
        await shell.complain(badCondition(shell, name));
        status = 1;
      }
    }
    return status;
  },
};

function badCondition({ dialect }: Shell, name: string): string {
  if (dialect.bash && name.toUpperCase() === "RETURN") return "RETURN: this event is not simulated";
  if (dialect.bash) return `${name}: invalid signal specification`;
  return dialect.name === "ash" ? `${name}: invalid signal specification` : `${name}: bad trap`;
}

async function show(shell: Shell, names: readonly string[]): Promise<number> {
  const wanted = names.map((name) => conditionFrom(name, shell.dialect.bash));
  const order: readonly Condition[] = ["EXIT", ...signals, "DEBUG", "ERR"];
  for (const condition of order) {
    const action = shell.traps.get(condition);
    if (action === undefined || (wanted.length > 0 && !wanted.includes(condition))) continue;
    await shell.print(`trap -- ${quoteForShell(action)} ${shell.dialect.bash ? condition : shortName(condition)}\n`);
  }
  return 0;
}

async function list(shell: Shell): Promise<number> {
  for (const signal of signals) await shell.print(`${String(signalNumbers[signal]).padStart(2)}) ${signal}\n`);
  return 0;
}
