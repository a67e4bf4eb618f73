import { Failure } from "../../failure.ts";
import type { AwkArray, Cell } from "./cell.ts";
import type { Machine } from "./machine.ts";
import { type Maybe, after } from "./maybe.ts";
import type { FunctionDefinition } from "./syntax.ts";
import type { Value } from "./value.ts";

/** A compiled expression. */
export type Code = () => Maybe<Value>;

/** How a statement ended; undefined: it goes on. */
export type Flow = "break" | "continue" | "return" | undefined;

/** A compiled statement. */
export type Action = () => Maybe<Flow>;

/** Where names are looked up while a program is compiled. */
export interface Scope {
  readonly machine: Machine;
  readonly functions: ReadonlyMap<string, CompiledFunction>;
  /** The parameters of the function that is compiled. */
  readonly locals: readonly string[];
}

export interface CompiledFunction {
  readonly definition: FunctionDefinition;
  body: Action;
  /** What the last `return` gave. */
  result: Value;
}

/** `next`, `nextfile` and `exit` leave everything they are in. */
export class Unwind extends Error {
  readonly to: "next" | "nextfile" | "exit";

  constructor(to: "next" | "nextfile" | "exit") {
    super(to);
    this.to = to;
  }
}

/** Finds the cell of a name each time it is used: a local's changes with every call. */
export function cellOf({ machine, locals }: Scope, name: string): () => Cell {
  const index = locals.indexOf(name);
  if (index === -1) {
    const cell = machine.global(name);
    return () => cell;
  }
  return () => {
    const cell = machine.frame[index];
    if (cell === undefined) throw new Failure(`no such variable: ${name}`, 2);
    return cell;
  };
}

export function arrayOf(scope: Scope, name: string): () => AwkArray {
  const cell = cellOf(scope, name);
  return () => cell().array;
}

/** The text of a subscript; several are joined by SUBSEP. */
export function indexCode(machine: Machine, codes: readonly Code[]): () => Maybe<string> {
  const [first] = codes;
  if (codes.length === 1 && first) return () => after(first(), (value) => machine.text(value));
  return () =>
    codes.reduce<Maybe<string>>(
      (joined, code, at) =>
        after(joined, (before) =>
          after(code(), (value) => before + (at === 0 ? "" : machine.setting("SUBSEP")) + machine.text(value)),
        ),
      "",
    );
}
