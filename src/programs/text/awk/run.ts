import { compileExpression } from "./compile-expression.ts";
import { compileStatement } from "./compile-statement.ts";
import { type Action, type Code, type CompiledFunction, type Scope, Unwind } from "./compile.ts";
import type { Machine } from "./machine.ts";
import type { Program, Rule, Statement } from "./syntax.ts";
import { Input, isTrue, unset, type Value } from "./value.ts";

interface CompiledRule {
  readonly pattern: Code | undefined;
  readonly until: Code | undefined;
  readonly action: Action;
  /** Between the two patterns of a range. */
  isOpen: boolean;
}

/** Runs a program: BEGIN, the rules on every record, END. Resolves with the exit code. */
export async function runProgram(program: Program, machine: Machine): Promise<number> {
  const result = { exitCode: 0 };
  const effects = {
    returned: () => {},
    exits: (exitCode: number) => {
      result.exitCode = exitCode;
    },
  };
  const scope: Scope = { machine, functions: compileFunctions(program, machine, effects.exits), locals: [] };
  const compile = (statement: Statement) => compileStatement(statement, scope, effects);
  const begin = program.begin.map(compile);
  const rules = program.rules.map((rule) => compileRule(rule, scope, compile));
  const end = program.end.map(compile);
  const finished = await untilExit(async () => {
    for (const action of begin) await action();
    if (rules.length > 0 || end.length > 0) await runRules(rules, machine);
  });
  if (finished || begin.length === 0 || rules.length > 0 || end.length > 0) {
    await untilExit(async () => {
      for (const action of end) await action();
    });
  }
  await machine.call.out.flush();
  await machine.streams.closeAll();
  return result.exitCode;
}

/** False: it was left by `exit`. */
async function untilExit(work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (error instanceof Unwind && error.to === "exit") return false;
    throw error;
  }
}

function compileFunctions(
  program: Program,
  machine: Machine,
  exits: (exitCode: number) => void,
): ReadonlyMap<string, CompiledFunction> {
  const functions = new Map<string, CompiledFunction>();
  for (const definition of program.functions.values()) {
    functions.set(definition.name, { definition, body: () => undefined, result: unset });
  }
  for (const compiled of functions.values()) {
    const scope: Scope = { machine, functions, locals: compiled.definition.parameters };
    const returned = (value: Value) => {
      compiled.result = value;
    };
    compiled.body = compileStatement(compiled.definition.body, scope, { returned, exits });
  }
  return functions;
}

function compileRule(rule: Rule, scope: Scope, compile: (statement: Statement) => Action): CompiledRule {
  const action = rule.action ?? ({ kind: "print", values: [], to: undefined } as const);
  return {
    pattern: rule.pattern && compileExpression(rule.pattern, scope),
    until: rule.until && compileExpression(rule.until, scope),
    action: compile(action),
    isOpen: false,
  };
}

async function runRules(rules: readonly CompiledRule[], machine: Machine): Promise<void> {
  for (;;) {
    const text = await machine.input?.next();
    if (text === undefined) return;
    machine.count("NR");
    machine.count("FNR");
    machine.record.whole = new Input(text);
    const turn = machine.step();
    if (turn instanceof Promise) await turn;
    await runOnRecord(rules, machine);
  }
}

async function runOnRecord(rules: readonly CompiledRule[], machine: Machine): Promise<void> {
  try {
    for (const rule of rules) {
      const selected = isSelected(rule);
      if (!(selected instanceof Promise ? await selected : selected)) continue;
      const ran = rule.action();
      if (ran instanceof Promise) await ran;
    }
  } catch (error) {
    if (!(error instanceof Unwind) || error.to === "exit") throw error;
    machine.frame = [];
    machine.depth = 0;
    if (error.to === "nextfile") machine.input?.skipFile();
  }
}

function isSelected(rule: CompiledRule): boolean | Promise<boolean> {
  if (rule.pattern === undefined) return true;
  if (rule.until !== undefined) return isInRange(rule);
  const value = rule.pattern();
  return value instanceof Promise ? value.then(isTrue) : isTrue(value);
}

async function isInRange(rule: CompiledRule): Promise<boolean> {
  if (!rule.isOpen && !isTrue((await rule.pattern?.()) ?? 0)) return false;
  rule.isOpen = !isTrue((await rule.until?.()) ?? 0);
  return true;
}
