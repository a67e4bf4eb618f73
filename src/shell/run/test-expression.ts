import type { TestCommand, TestExpression } from "unbash";

import { compileRegex, literalPattern, type Match } from "../../regex/regex.ts";
import { RegexError } from "../../regex/syntax.ts";
import { binaryTest, unaryTest } from "../builtins/conditions.ts";
import { Elements } from "../elements.ts";
import { patternOf, textOf } from "../expand/emit.ts";
import { matchesPattern } from "../expand/pattern.ts";
import { ShellError } from "../jumps.ts";
import type { Shell } from "../shell.ts";
import { conclude } from "./check.ts";
import type { Compiler } from "./compiler.ts";
import type { Step } from "./outcome.ts";

type Condition = (shell: Shell) => boolean | Promise<boolean>;

/** `[[ … ]]`: words are not split, `==` takes a pattern, `=~` an expression. */
export function compileTestCommand(node: TestCommand, compiler: Compiler): Step {
  const line = compiler.line(node);
  if (!compiler.dialect.extended) {
    return async (shell) => {
      shell.line = line;
      await shell.complain(shell.dialect.notFound("[["));
      return conclude(shell, 127);
    };
  }
  const condition = compileCondition(node.expression, compiler);
  return async (shell) => {
    shell.line = line;
    shell.commands++;
    return conclude(shell, (await condition(shell)) ? 0 : 1);
  };
}

function compileCondition(node: TestExpression, compiler: Compiler): Condition {
  switch (node.type) {
    case "TestGroup":
      return compileCondition(node.expression, compiler);
    case "TestNot": {
      const inner = compileCondition(node.operand, compiler);
      const negated = node.negations.length % 2 === 1;
      return async (shell) => (await inner(shell)) !== negated;
    }
    case "TestLogical": {
      const operands = node.operands.map((operand) => compileCondition(operand, compiler));
      const decisive = node.operator === "||";
      return async (shell) => {
        for (const operand of operands) if ((await operand(shell)) === decisive) return decisive;
        return !decisive;
      };
    }
    case "TestUnary": {
      const operand = compiler.words.pattern(node.operand);
      return async (shell) => unaryTest(shell, node.operator, await textOf(shell, operand));
    }
    case "TestBinary":
      return compileBinary(node, compiler);
  }
}

function compileBinary(node: Extract<TestExpression, { type: "TestBinary" }>, compiler: Compiler): Condition {
  const { operator } = node;
  const left = compiler.words.pattern(node.left);
  const right = compiler.words.pattern(node.right);
  if (operator === "=~")
    return async (shell) =>
      matchExpression(shell, await textOf(shell, left), await patternOf(shell, right, literalPattern));
  if (operator !== "=" && operator !== "==" && operator !== "!=") {
    return async (shell) => binaryTest(shell, await textOf(shell, left), operator, await textOf(shell, right));
  }
  return async (shell) => {
    const text = await textOf(shell, left);
    const pattern = await patternOf(shell, right);
    const ignoreCase = shell.switches.has("nocasematch");
    return matchesPattern(pattern, text, { extended: true, ignoreCase }) === (operator !== "!=");
  };
}

/** What matched goes to BASH_REMATCH. */
function matchExpression(shell: Shell, text: string, expression: string): boolean {
  const match = matchOf(shell, text, expression);
  const groups = (match?.groups ?? []).map((group, index): [string, string] => [String(index), group ?? ""]);
  if (shell.dialect.bash) shell.variables.setArray("BASH_REMATCH", Elements.of(groups));
  return match !== undefined;
}

function matchOf(shell: Shell, text: string, expression: string): Match | undefined {
  try {
    return compileRegex(expression, { extended: true, ignoreCase: shell.switches.has("nocasematch") }).exec(text);
  } catch (error) {
    if (!(error instanceof RegexError)) throw error;
    throw new ShellError(`${expression}: ${error.glibc}`, 2, false);
  }
}
