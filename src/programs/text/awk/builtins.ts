import { strftime } from "../../../runtime/strftime.ts";
import { Random } from "../../../sim/random.ts";
import { Failure } from "../../failure.ts";
import { arrayOf, cellOf, type Code, type Scope } from "./compile.ts";
import type { Machine } from "./machine.ts";
import { all, type Maybe, after } from "./maybe.ts";
import { splitBy, splitFields } from "./record.ts";
import { sprintf } from "./sprintf.ts";
import { compileSubstitution } from "./substitution.ts";
import type { Expression } from "./syntax.ts";
import { Input, toNumber, type Value } from "./value.ts";

type Call = Expression & { kind: "call" };
type Compile = (inner: Expression) => Code;
type Function = (machine: Machine, values: readonly Value[]) => Maybe<Value>;

/** The functions that awk comes with. */
export function compileBuiltin(call: Call, scope: Scope, compile: Compile): Code {
  const { machine } = scope;
  if (call.name === "sub" || call.name === "gsub") return compileSubstitution(call, scope, compile);
  if (call.name === "split") return compileSplit(call, scope, compile);
  if (call.name === "match") return compileMatch(call, scope, compile);
  if (call.name === "length") return compileLength(call, scope, compile);
  const run = functions[call.name];
  if (run === undefined) throw new Failure("cmd. line:1: Unexpected token");
  const codes = call.args.map(compile);
  return () => after(all(codes), (values) => run(machine, values));
}

/** Of an array, of a text, of the record. */
function compileLength({ args: [argument] }: Call, scope: Scope, compile: Compile): Code {
  const { machine } = scope;
  if (argument === undefined) return () => Array.from(machine.text(machine.record.whole)).length;
  const code = compile(argument);
  const cell = argument.kind === "variable" ? cellOf(scope, argument.name) : undefined;
  return () => {
    const named = cell?.();
    if (named?.isArray === true) return named.array.size;
    return after(code(), (value) => Array.from(machine.text(value)).length);
  };
}

function compileSplit({ args: [text, array, separator] }: Call, scope: Scope, compile: Compile): Code {
  const { machine } = scope;
  if (text === undefined || array?.kind !== "variable") throw new Failure("cmd. line:1: Too few arguments");
  const target = arrayOf(scope, array.name);
  const subject = compile(text);
  const store = (pieces: readonly string[]) => {
    const elements = target();
    elements.clear();
    for (const [index, piece] of pieces.entries()) elements.set(String(index + 1), new Input(piece));
    return pieces.length;
  };
  if (separator?.kind === "regex") {
    const regex = machine.regex(separator.source);
    return () =>
      after(subject(), (value) => {
        const whole = machine.text(value);
        return store(whole === "" ? [] : splitBy(whole, regex));
      });
  }
  const given = separator && compile(separator);
  return () =>
    after(subject(), (value) =>
      after(given ? given() : machine.setting("FS"), (by) => {
        return store(splitFields(machine.text(value), machine.text(by), { regex: (source) => machine.regex(source) }));
      }),
    );
}

/** Sets RSTART and RLENGTH. */
function compileMatch({ args: [text, pattern] }: Call, scope: Scope, compile: Compile): Code {
  const { machine } = scope;
  if (text === undefined || pattern === undefined) throw new Failure("cmd. line:1: Too few arguments");
  const subject = compile(text);
  const source: Code = pattern.kind === "regex" ? () => pattern.source : compile(pattern);
  return () =>
    after(subject(), (value) =>
      after(source(), (regex) => {
        const found = machine.regex(machine.text(regex)).exec(machine.text(value));
        machine.global("RSTART").value = found ? found.start + 1 : 0;
        machine.global("RLENGTH").value = found ? found.end - found.start : -1;
        return found ? found.start + 1 : 0;
      }),
    );
}

const number = (values: readonly Value[], index = 0) => toNumber(values[index] ?? 0);
const text = (machine: Machine, values: readonly Value[], index = 0) => machine.text(values[index] ?? "");
const numeric =
  (compute: (value: number) => number): Function =>
  (_, values) =>
    compute(number(values));
const bitwise =
  (compute: (a: bigint, b: bigint) => bigint): Function =>
  (_, values) =>
    values.slice(1).reduce<number>((a, b) => Number(compute(whole(a), whole(toNumber(b)))), number(values));
const whole = (value: number) => BigInt(Math.trunc(value));

const functions: Readonly<Record<string, Function>> = {
  sin: numeric(Math.sin),
  cos: numeric(Math.cos),
  exp: numeric(Math.exp),
  log: numeric(Math.log),
  sqrt: numeric(Math.sqrt),
  int: numeric(Math.trunc),
  atan2: (_, values) => Math.atan2(number(values), number(values, 1)),
  and: bitwise((a, b) => a & b),
  or: bitwise((a, b) => a | b),
  xor: bitwise((a, b) => a ^ b),
  lshift: bitwise((a, b) => BigInt.asUintN(64, a << (b & 63n))),
  rshift: bitwise((a, b) => a >> (b & 63n)),
  compl: numeric((value) => Number(BigInt.asUintN(53, ~whole(value)))),
  index: (machine, values) => text(machine, values).indexOf(text(machine, values, 1)) + 1,
  tolower: (machine, values) => text(machine, values).toLowerCase(),
  toupper: (machine, values) => text(machine, values).toUpperCase(),
  sprintf: (machine, [format = "", ...values]) => sprintf(machine, machine.text(format), values),
  substr: (machine, values) => substr(text(machine, values), number(values, 1), values[2]),
  rand: (machine) => machine.random.next(),
  srand: (machine, values) => {
    const before = machine.seed;
    machine.seed = values.length === 0 ? Math.floor(machine.call.process.clock.now() / 1000) : number(values);
    machine.random = new Random(machine.seed);
    return before;
  },
  systime: (machine) => Math.floor(machine.call.process.clock.now() / 1000),
  strftime: (machine, values) => {
    const format = values.length === 0 ? "%a %b %e %H:%M:%S %Z %Y" : text(machine, values);
    const at = values.length > 1 ? number(values, 1) * 1000 : machine.call.process.clock.now();
    return strftime(format, at);
  },
  mktime: (machine, values) => {
    const [year, month, day, hour, minute, second] = text(machine, values).trim().split(/\s+/u).map(Number);
    const ms = Date.UTC(year ?? Number.NaN, (month ?? Number.NaN) - 1, day, hour, minute, second);
    return Number.isNaN(ms) ? -1 : ms / 1000;
  },
  system: (machine, values) => machine.streams.system(text(machine, values)),
  close: (machine, values) => machine.streams.close(text(machine, values)),
  fflush: async (machine) => {
    await machine.call.out.flush();
    return 0;
  },
};

/** Characters count from 1; what lies outside the text is left out. */
function substr(subject: string, start: number, length: Value | undefined): string {
  const characters = Array.from(subject);
  const from = Math.round(start);
  const to = length === undefined ? characters.length + 1 : from + Math.round(toNumber(length));
  return characters.slice(Math.max(0, from - 1), Math.max(0, to - 1)).join("");
}
