import { quoteForShell } from "../expand/quote.ts";
import { ShellError } from "../jumps.ts";
import type { Shell } from "../shell.ts";
import { isName } from "../variables.ts";
import type { Builtin } from "./builtin.ts";
import { declareNames } from "./declare.ts";
import { keepOptions } from "./keep-options.ts";
import { parseOptions } from "./parse-options.ts";

export const exportBuiltin: Builtin = {
  names: ["export"],
  special: true,
  async run(shell, argv) {
    const { options, operands } = parseOptions(shell, argv, shell.dialect.name === "dash" ? "p" : "pnf");
    if (operands.length === 0) return list(shell, "exported", "export");
    for (const operand of operands) {
      shell.variables.export(assignOperand(shell, operand), !options.has("n"));
    }
    return 0;
  },
};

export const readOnly: Builtin = {
  names: ["readonly"],
  special: true,
  async run(shell, argv) {
    const { operands } = parseOptions(shell, argv, "pfaA");
    if (operands.length === 0) return list(shell, "readOnly", "readonly");
    for (const operand of operands) shell.variables.declare(assignOperand(shell, operand)).readOnly = true;
    return 0;
  },
};

async function list(shell: Shell, attribute: "exported" | "readOnly", word: string): Promise<number> {
  const prefix = shell.dialect.bash ? `declare -${attribute === "exported" ? "x" : "r"}` : word;
  for (const [name, variable] of shell.variables.all()) {
    if (!variable[attribute]) continue;
    const { value } = variable;
    const shown = value === undefined ? "" : shell.dialect.bash ? `="${value}"` : `=${quoteForShell(value)}`;
    await shell.print(`${prefix} ${name}${shown}\n`);
  }
  return 0;
}

/** `name` or `name=value`; gives the name. */
function assignOperand(shell: Shell, operand: string): string {
  const at = operand.indexOf("=");
  const isAppended = shell.dialect.bash && operand[at - 1] === "+";
  const name = at < 0 ? operand : operand.slice(0, isAppended ? at - 1 : at);
  if (!isName(name)) throw badName(shell, operand);
  const value = operand.slice(at + 1);
  if (at >= 0) shell.variables.set(name, isAppended ? (shell.variables.get(name) ?? "") + value : value);
  return name;
}

function badName(shell: Shell, operand: string): ShellError {
  if (shell.dialect.bash) return new ShellError(`\`${operand}': not a valid identifier`, 1, false);
  return new ShellError(`${operand.replace(/=.*/s, "")}: bad variable name`, 2);
}

export const local: Builtin = {
  names: ["local"],
  special: true,
  run(shell, argv) {
    if (shell.dialect.bash) return declareNames(shell, argv);
    for (const operand of argv.slice(1)) {
      if (operand === "-") {
        keepOptions(shell);
        continue;
      }
      const at = operand.indexOf("=");
      const name = at < 0 ? operand : operand.slice(0, at);
      if (!isName(name)) throw badName(shell, operand);
      if (!shell.variables.local(name, shell.dialect.name === "dash")) throw new ShellError("not in a function", 2);
      if (at >= 0) shell.variables.set(name, operand.slice(at + 1));
    }
    return 0;
  },
};

export const unset: Builtin = {
  names: ["unset"],
  special: true,
  run(shell, argv) {
    const { options, operands } = parseOptions(shell, argv, "fvn");
    for (const operand of operands) {
      const element = /^(\w+)\[(.+)\]$/.exec(operand);
      if (element)
        shell.variables.find(element[1] ?? "")?.elements?.delete((element[2] ?? "").replace(/^(['"])(.*)\1$/, "$2"));
      else if (options.has("f")) shell.forgetFunction(operand);
      else if (!isName(operand) && shell.dialect.bash) continue;
      else if (!isName(operand)) throw badName(shell, operand);
      else if (shell.variables.find(operand) || options.has("v")) shell.variables.unset(operand);
      else if (shell.dialect.bash && shell.forgetFunction(operand)) continue;
      else shell.variables.unset(operand);
    }
    return 0;
  },
};
