import { type Environment, ParseError, TypeError } from "@marcbachmann/cel-js";

import type { RuleTypes } from "../custom-resources/rules.ts";
import { isNode } from "./ast-node.ts";
import { createEnvironment } from "./environment.ts";
import { languageError } from "./language-error.ts";
import { registerSchema } from "./schema-types.ts";

interface TypedRule extends RuleTypes {
  readonly expression: string;
}

/**
 * What is wrong with the types in an expression, worded as upstream. Calls are left to when they happen: our language
 * knows less of what goes into them than upstream's does.
 */
export function typeProblem({ expression, schema, isObject, wants }: TypedRule): string | undefined {
  const environment = createEnvironment([]);
  const type = registerSchema(environment, schema, isObject);
  environment.registerVariable("self", type).registerVariable("oldSelf", "dyn");
  const { error, type: result } = environment.parse(expression).check();
  if (error) {
    const why = wordedTypeError(error);
    return why === undefined ? undefined : compilationError(expression, why, error);
  }
  if (result === undefined || result === wants || result === "dyn" || result.startsWith("schema")) return undefined;
  return wants === "bool" ? "cel expression must evaluate to a bool" : "messageExpression must evaluate to a string";
}

/** The same of an expression about the typed variables of `environment`; one that cannot be read has no types. */
export function typeIssue(expression: string, environment: Environment): string | undefined {
  try {
    const { error } = environment.parse(expression).check();
    const why = error && wordedTypeError(error);
    return why === undefined ? undefined : marked(expression, why, error);
  } catch (error) {
    if (languageError(error) === undefined) throw error;
    return undefined;
  }
}

const primitive = "(?:bool|bytes|double|int|string)";
const overload = new RegExp(`^no such overload: (${primitive}) (\\S+) (${primitive})$`, "u");

function wordedTypeError(error: Error): string | undefined {
  const summary = languageError(error) ?? "";
  const [, field] = /^no such key: (.*)$/u.exec(summary) ?? [];
  if (field !== undefined) return `undefined field '${field}'`;
  const [, left, operator, right] = overload.exec(summary) ?? [];
  if (operator === undefined) return undefined;
  return `found no matching overload for '_${operator}_' applied to '(${left}, ${right})'`;
}

/** Why an expression cannot be read at all. undefined: it is not the expression's fault. */
export function readingProblem(expression: string, error: unknown): string | undefined {
  const summary = languageError(error);
  if (summary === undefined) return undefined;
  const [, name] = /^Unknown variable: (.*)$/u.exec(summary) ?? [];
  if (name !== undefined)
    return compilationError(expression, `undeclared reference to '${name}' (in container '')`, error);
  return compilationError(expression, error instanceof ParseError ? syntaxError(expression, error) : summary, error);
}

function syntaxError(expression: string, error: ParseError): string {
  const at = error.range?.start ?? 0;
  if (error.summary.startsWith("Unexpected character")) {
    return `Syntax error: token recognition error at: '${expression.slice(at, at + 2)}'`;
  }
  if (error.summary.endsWith("EOF")) return `Syntax error: mismatched input '<EOF>' expecting ${beginnings}`;
  return `Syntax error: ${error.summary.charAt(0).toLowerCase()}${error.summary.slice(1)}`;
}

/** What an expression can begin with. */
const beginnings =
  "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}";

function compilationError(expression: string, why: string, error: unknown): string {
  return `compilation failed: ${marked(expression, why, error)}`;
}

/** With the line of the expression and a mark below it, as CEL shows where it stumbled. */
function marked(expression: string, why: string, error: unknown): string {
  const start = error instanceof ParseError || error instanceof TypeError ? placeOf(error) : 0;
  const before = expression.slice(0, start).split("\n");
  const column = before.at(-1)?.length ?? 0;
  const line = expression.split("\n")[before.length - 1] ?? "";
  return `ERROR: <input>:${before.length}:${column + 1}: ${why}\n | ${line}\n | ${".".repeat(column)}^`;
}

/** A missing field is marked at its dot and an operator where it stands, as upstream does. */
function placeOf({ range, node }: ParseError | TypeError): number {
  const start = range?.start ?? 0;
  if (node?.op === ".") return Math.max(0, node.pos - 1);
  const left: unknown = Array.isArray(node?.args) ? node.args[0] : undefined;
  if (node?.op === undefined || node.input === undefined || !isNode(left)) return start;
  return Math.max(start, node.input.indexOf(node.op, left.range.end));
}
