import { type FieldFact, jsonFieldsOf } from "../../api/type-facts.ts";
import { type Fill, filler } from "./filler.ts";

/**
 * Gives an object, a private copy, what Go always writes of its type: empty structs (`status: {}`, `resources: {}`),
 * zeros of required fields (`restartCount: 0`) and unset times (`creationTimestamp: null`). Required lists and maps
 * stay away rather than being null.
 */
export const completeObject: (typeName: string, object: object) => void = filler(completionOf);

function completionOf(typeName: string): Fill | undefined {
  const always = Object.entries(jsonFieldsOf(typeName)).flatMap(([name, fact]) => {
    const zero = zeroOf(fact);
    return zero ? [[name, zero] as const] : [];
  });
  if (always.length === 0) return undefined;
  return (object) => {
    for (const [name, zero] of always) if (object[name] === undefined) object[name] = zero();
  };
}

/** undefined: Go leaves it out. */
function zeroOf({ ref, goType, type, omitempty, pointer }: FieldFact): (() => unknown) | undefined {
  if (pointer) return undefined;
  if (ref) return () => ({});
  switch (goType) {
    case "Time":
    case "MicroTime":
      return () => null;
    case "Quantity":
      return () => "0";
    case "IntOrString":
      return () => 0;
    default:
      break;
  }
  if (omitempty) return undefined;
  switch (type) {
    case "string":
      return () => "";
    case "boolean":
      return () => false;
    case "integer":
    case "number":
      return () => 0;
    default:
      return undefined;
  }
}
