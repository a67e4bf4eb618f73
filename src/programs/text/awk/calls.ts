import { Failure } from "../../failure.ts";
import { Cell } from "./cell.ts";
import { cellOf, type Code, type CompiledFunction, type Scope } from "./compile.ts";
import { all, type Maybe, after } from "./maybe.ts";
import type { Expression } from "./syntax.ts";
import { unset, type Value } from "./value.ts";

const deepest = 20_000;
/** Calls between two returns to the event loop, so that deep recursion does not fill JavaScript's stack. */
const callsPerStack = 100;

/** A call of a user's function: values are copied, arrays are shared. */
export function compileCall(
  { name, args }: Expression & { kind: "call" },
  scope: Scope,
  compile: (inner: Expression) => Code,
): Code {
  const { machine } = scope;
  const called = scope.functions.get(name);
  if (called === undefined) throw new Failure(`cmd. line:1: Call to undefined function`);
  const { parameters } = called.definition;
  if (args.length > parameters.length) throw new Failure("cmd. line:1: Too many arguments");
  const passed = args.map((argument) => argumentCell(argument, scope, compile));
  return () =>
    after(all(passed), (cells) => {
      while (cells.length < parameters.length) cells.push(new Cell());
      if (++machine.depth > deepest) throw new Failure("out of memory", 2);
      const waits = machine.depth % callsPerStack === 0 ? machine.call.process.pause() : machine.step();
      return after(waits, () => run(called, cells, scope));
    });
}

function run(called: CompiledFunction, cells: Cell[], { machine }: Scope): Maybe<Value> {
  const caller = machine.frame;
  machine.frame = cells;
  called.result = unset;
  return after(called.body(), () => {
    const { result } = called;
    called.result = unset;
    machine.frame = caller;
    machine.depth--;
    return result;
  });
}

/** A bare name may turn out to be an array, here or only in the function that is called. */
function argumentCell(argument: Expression, scope: Scope, compile: (inner: Expression) => Code): () => Maybe<Cell> {
  if (argument.kind === "variable" && argument.name !== "NF") {
    const cell = cellOf(scope, argument.name);
    return () => {
      const given = cell();
      return given.isArray || given.value === unset ? new Cell(given) : holding(given.value);
    };
  }
  const code = compile(argument);
  return () => after(code(), holding);
}

function holding(value: Value): Cell {
  const cell = new Cell();
  cell.value = value;
  return cell;
}
