import { type FieldFact, jsonFieldsOf } from "../../api/type-facts.ts";
import { type Fill, filler } from "./filler.ts";

/** Gives an object, a private copy, the defaults that the facts know of. What a kind adds to them is in its definition. */
export const applyDefaults: (typeName: string, object: object) => void = filler(defaultsOf);

function defaultsOf(typeName: string): Fill | undefined {
  const defaults = Object.entries(jsonFieldsOf(typeName)).filter(([, fact]) => isWritten(fact));
  if (defaults.length === 0) return undefined;
  return (object) => {
    for (const [name, fact] of defaults) {
      const given = object[name];
      if (given === undefined || (given === "" && !fact.pointer)) object[name] = fact.default;
    }
  };
}

/** A zero that Go leaves out again is no default. */
function isWritten({ default: value, pointer, omitempty }: FieldFact): boolean {
  return (
    value !== undefined && (pointer === true || omitempty !== true || (value !== "" && value !== 0 && value !== false))
  );
}
