import { Failure } from "../../failure.ts";
import { arrayOf, cellOf, type Code, indexCode, type Scope } from "./compile.ts";
import { type Maybe, after } from "./maybe.ts";
import type { Expression, Place } from "./syntax.ts";
import { toNumber, unset, type Value } from "./value.ts";

/** One variable, element or field, found. */
export interface Reference {
  get(): Value;
  set(value: Value): void;
}

/** What can be read and assigned to. `resolve` computes subscripts once, for `+=` and `++`. */
export interface CompiledPlace {
  readonly get: Code;
  set(value: Value): Maybe<Value>;
  resolve(): Maybe<Reference>;
}

export function compilePlace(place: Place, scope: Scope, compile: (inner: Expression) => Code): CompiledPlace {
  if (place.kind === "variable") return place.name === "NF" ? fieldCount(scope) : variable(scope, place.name);
  return place.kind === "element"
    ? element(scope, place.array, place.index.map(compile))
    : field(scope, compile(place.index));
}

function fieldCount({ machine: { record } }: Scope): CompiledPlace {
  const reference: Reference = {
    get: () => record.count,
    set: (value) => {
      record.count = Math.trunc(toNumber(value));
    },
  };
  return fixed(reference);
}

function fixed(reference: Reference): CompiledPlace {
  return {
    get: () => reference.get(),
    resolve: () => reference,
    set(value) {
      reference.set(value);
      return value;
    },
  };
}

function variable(scope: Scope, name: string): CompiledPlace {
  const cell = cellOf(scope, name);
  return fixed({
    get: () => cell().value,
    set: (value) => {
      const target = cell();
      if (target.isArray) throw new Failure("Not a scalar", 2);
      target.value = value;
    },
  });
}

/** Reading an element makes it. */
function element(scope: Scope, name: string, index: readonly Code[]): CompiledPlace {
  const { machine } = scope;
  const array = arrayOf(scope, name);
  const key = indexCode(machine, index);
  const put = (at: string, value: Value) => {
    const elements = array();
    if (!elements.has(at)) machine.grow();
    elements.set(at, value);
    return value;
  };
  const take = (at: string) => array().get(at) ?? put(at, unset);
  return {
    get: () => after(key(), take),
    set: (value) => after(key(), (at) => put(at, value)),
    resolve: () => after(key(), (at) => ({ get: () => take(at), set: (value) => void put(at, value) })),
  };
}

function field({ machine: { record } }: Scope, index: Code): CompiledPlace {
  const number = (value: Value) => {
    const at = Math.trunc(toNumber(value));
    if (at < 0) throw new Failure("Access to negative field", 2);
    return at;
  };
  const put = (at: number, value: Value) => {
    record.setField(at, value);
    return value;
  };
  return {
    get: () => after(index(), (at) => record.field(number(at))),
    set: (value) => after(index(), (at) => put(number(at), value)),
    resolve: () =>
      after(index(), (value) => {
        const at = number(value);
        return { get: () => record.field(at), set: (assigned) => void put(at, assigned) };
      }),
  };
}
