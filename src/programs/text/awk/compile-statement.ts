import { compileExpression } from "./compile-expression.ts";
import { type Action, arrayOf, cellOf, type Code, type Flow, indexCode, type Scope, Unwind } from "./compile.ts";
import { all, type Maybe, after } from "./maybe.ts";
import { sprintf } from "./sprintf.ts";
import type { Expression, Redirection, Statement } from "./syntax.ts";
import { Input, isTrue, toNumber, type Value } from "./value.ts";

const nextRecord = new Unwind("next");
const nextFile = new Unwind("nextfile");
const exit = new Unwind("exit");

/** Turns a statement into a function that runs it; `returned` is told what `return` gives. */
export function compileStatement(
  statement: Statement,
  scope: Scope,
  effects: { readonly returned: (value: Value) => void; readonly exits: (exitCode: number) => void },
): Action {
  const compile = (inner: Statement) => compileStatement(inner, scope, effects);
  const value = (inner: Expression) => compileExpression(inner, scope);
  switch (statement.kind) {
    case "block":
      return sequence(statement.body.map(compile));
    case "expression": {
      const code = value(statement.expression);
      return () => after(code(), () => undefined);
    }
    case "print":
    case "printf":
      return print(statement, scope);
    case "if":
      return conditional(value(statement.test), compile(statement.yes), statement.no && compile(statement.no));
    case "while":
      return loop(scope, { test: value(statement.test), body: compile(statement.body) });
    case "do":
      return loop(scope, { test: value(statement.test), body: compile(statement.body), bodyFirst: true });
    case "for": {
      const first = statement.first && compile(statement.first);
      const test = statement.test && value(statement.test);
      const run = loop(scope, { test, body: compile(statement.body), step: statement.step && compile(statement.step) });
      return first ? () => after(first(), run) : run;
    }
    case "for-in":
      return forIn(statement, compile(statement.body), scope);
    case "delete":
      return remove(statement, scope);
    case "exit":
    case "return": {
      const code = statement.value && value(statement.value);
      if (statement.kind === "return") return () => after(code ? code() : "", returning(effects.returned));
      return () => after(code ? code() : undefined, exiting(effects.exits));
    }
    case "next":
      return () => unwind(nextRecord);
    case "nextfile":
      return () => unwind(nextFile);
    default: {
      const { kind } = statement;
      return () => kind;
    }
  }
}

function unwind(to: Unwind): never {
  throw to;
}

function returning(returned: (value: Value) => void): (value: Value) => Flow {
  return (value) => {
    returned(value);
    return "return";
  };
}

function exiting(exits: (exitCode: number) => void): (value: Value | undefined) => never {
  return (value) => {
    if (value !== undefined) exits(toNumber(value) & 255);
    throw exit;
  };
}

function sequence(actions: readonly Action[]): Action {
  const [only] = actions;
  if (actions.length === 1 && only) return only;
  const from = (start: number): Maybe<Flow> => {
    for (let i = start; i < actions.length; i++) {
      const flow = actions[i]?.();
      if (flow instanceof Promise) return flow.then((ended) => ended ?? from(i + 1));
      if (flow !== undefined) return flow;
    }
    return undefined;
  };
  return () => from(0);
}

function conditional(test: Code, yes: Action, no: Action | undefined): Action {
  return () => after(test(), (value) => (isTrue(value) ? yes() : no?.()));
}

interface Loop {
  readonly test: Code | undefined;
  readonly body: Action;
  readonly step?: Action | undefined;
  readonly bodyFirst?: boolean;
}

function loop({ machine }: Scope, { test, body, step, bodyFirst = false }: Loop): Action {
  const goesOn = (): Maybe<boolean> => (test ? after(test(), isTrue) : true);
  return async () => {
    for (let first = bodyFirst; ; first = false) {
      const going = first || goesOn();
      if (!(going instanceof Promise ? await going : going)) return undefined;
      const ran = body();
      const flow = ran instanceof Promise ? await ran : ran;
      if (flow === "break") return undefined;
      if (flow === "return") return flow;
      const stepped = step?.();
      if (stepped instanceof Promise) await stepped;
      const turn = machine.step();
      if (turn instanceof Promise) await turn;
    }
  };
}

function forIn({ variable, array }: Statement & { kind: "for-in" }, body: Action, scope: Scope): Action {
  const elements = arrayOf(scope, array);
  const cell = cellOf(scope, variable);
  return async () => {
    const keys = [...elements().keys()];
    for (const key of keys) {
      if (!elements().has(key)) continue;
      cell().value = new Input(key);
      const flow = await body();
      if (flow === "break") return undefined;
      if (flow === "return") return flow;
      await scope.machine.step();
    }
    return undefined;
  };
}

function remove({ array, index }: Statement & { kind: "delete" }, scope: Scope): Action {
  const elements = arrayOf(scope, array);
  if (index === undefined) {
    return () => {
      elements().clear();
      return undefined;
    };
  }
  const key = indexCode(
    scope.machine,
    index.map((inner) => compileExpression(inner, scope)),
  );
  return () =>
    after(key(), (at) => {
      elements().delete(at);
      return undefined;
    });
}

function print({ kind, values, to }: Statement & { kind: "print" | "printf" }, scope: Scope): Action {
  const { machine } = scope;
  const codes = values.map((inner) => compileExpression(inner, scope));
  const write = writer(to, scope);
  const line = (shown: readonly Value[]) => {
    const text =
      shown.length === 0
        ? machine.text(machine.record.whole)
        : joined(
            shown.map((one) => machine.shown(one)),
            scope,
          );
    return text + machine.setting("ORS");
  };
  if (kind === "print") return () => after(all(codes), (shown) => write(line(shown)));
  return () => after(all(codes), ([format = "", ...rest]) => write(sprintf(machine, machine.text(format), rest)));
}

function joined(texts: readonly string[], { machine }: Scope): string {
  return texts.join(machine.setting("OFS"));
}

function writer(to: Redirection | undefined, scope: Scope): (text: string) => Maybe<Flow> {
  const { machine } = scope;
  if (to === undefined) return (text) => after(machine.call.out.print(text), () => undefined);
  const { mode } = to;
  const target = compileExpression(to.target, scope);
  return (text) =>
    after(target(), (name) => machine.streams.write(mode, machine.text(name), text).then(() => undefined));
}
