import { Elements } from "../elements.ts";
import { unsetParameter } from "../expand/parameter-value.ts";
import { ShellError } from "../jumps.ts";
import type { Shell } from "../shell.ts";
import { ArithmeticError, compileExpression } from "./expression.ts";
import type { ArithmeticScope } from "./expression.ts";
import { parseInteger, wrap } from "./integer.ts";
import type { Integer } from "./integer.ts";

const scopes = new WeakMap<Shell, ArithmeticScope>();

/** The value of `$((text))`, its own expansions already done. Throws ShellError in the dialect's words. */
export function evaluateArithmetic(shell: Shell, text: string): Integer {
  try {
    return compileExpression(text)(scopeOf(shell));
  } catch (error) {
    if (!(error instanceof ArithmeticError)) throw error;
    const { dialect } = shell;
    const expression = dialect.bash ? text.trimStart() : text;
    const message =
      error.kind === "division" ? dialect.divisionByZero(expression) : dialect.badExpression(expression, error);
    throw new ShellError(message, dialect.errorStatus, !dialect.bash);
  }
}

function scopeOf(shell: Shell): ArithmeticScope {
  const known = scopes.get(shell);
  if (known) return known;
  const scope: ArithmeticScope = {
    read: (name, index) =>
      valueOf(shell, index === undefined ? shell.variables.get(name) : element(shell, name, index), name),
    write(name, value, index) {
      if (index === undefined) shell.variables.set(name, String(value));
      else {
        const variable = shell.variables.declare(name);
        const elements = Elements.from(variable);
        elements.set(String(index), String(value));
        shell.variables.setArray(name, elements, variable.associative);
      }
    },
  };
  scopes.set(shell, scope);
  return scope;
}

function element(shell: Shell, name: string, index: Integer): string | undefined {
  const variable = shell.variables.find(name);
  return variable?.elements ? variable.elements.get(String(index)) : index === 0 ? variable?.value : undefined;
}

/** A variable that does not hold a number holds an expression, as in `a=b+1; b=2; echo $((a))`. */
function valueOf(shell: Shell, value: string | undefined, name: string): Integer {
  if (value === undefined || value === "") {
    if (value === undefined && shell.options.nounset && shell.dialect.bash) throw unsetParameter(shell, name);
    return 0;
  }
  const text = value.trim();
  const number = parseInteger(text);
  if (number !== undefined) return number;
  if (/^[-+]\w+$/.test(text)) {
    const magnitude = parseInteger(text.slice(1));
    if (magnitude !== undefined) return text.startsWith("-") ? wrap(-BigInt(magnitude)) : magnitude;
  }
  if (shell.dialect.name === "dash") throw new ShellError(shell.dialect.badNumber(value), 2);
  if (shell.arithmeticDepth > 100) throw new ShellError(`${text}: expression recursion level exceeded`, 1);
  shell.arithmeticDepth++;
  try {
    return evaluateArithmetic(shell, text);
  } finally {
    shell.arithmeticDepth--;
  }
}
