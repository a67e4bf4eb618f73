import { parseQuantity, formatQuantity } from "../../api/quantity.ts";
import type { FieldFact } from "../../api/type-facts.ts";
import { base64ErrorOffset, canonicalBase64 } from "./base64.ts";
import { goTypeOf, goValueOf } from "./go-names.ts";
import { parseTime, type TimeType } from "./go-time.ts";
import type { Position } from "./position.ts";

/** What becomes of a value, as Go decodes and writes it again; undefined when it is left out. */
export type Shape = (value: unknown, at: Position) => unknown;

/** For what is one value in JSON. */
export function scalarShape(fact: FieldFact): Shape {
  switch (fact.goType) {
    case "Time":
    case "MicroTime":
      return timeShape(fact.goType);
    case "Quantity":
      return shapeQuantity;
    case "IntOrString":
      return shapeIntOrString;
    default:
      break;
  }
  const goType = goTypeOf(fact);
  switch (fact.type) {
    case "integer":
      return integerShape(goType);
    case "number":
      return plainShape("number", goType);
    case "boolean":
      return plainShape("boolean", goType);
    default:
      return fact.format === "byte" ? bytesShape(goType) : plainShape("string", goType);
  }
}

const largest: Readonly<Record<string, number>> = { int32: 2 ** 31 - 1, int64: 2 ** 63 };

function integerShape(goType: string): Shape {
  const limit = largest[goType] ?? Number.MAX_SAFE_INTEGER;
  return (value, at) => {
    if (value === null) return undefined;
    if (typeof value !== "number") at.mismatch(value, goType);
    else if (!isInteger(value, limit)) at.mismatch(value, goType, `number ${value}`);
    return value;
  };
}

function isInteger(value: number, limit: number): boolean {
  return Number.isInteger(value) && value <= limit && value >= -limit - 1;
}

function plainShape(type: "string" | "boolean" | "number", goType: string): Shape {
  return (value, at) => {
    if (value === null) return undefined;
    if (typeof value !== type) at.mismatch(value, goType);
    return value;
  };
}

function bytesShape(goType: string): Shape {
  return (value, at) => {
    if (value === null) return undefined;
    if (typeof value !== "string") {
      at.mismatch(value, goType);
      return undefined;
    }
    const offset = base64ErrorOffset(value);
    if (offset === undefined) return canonicalBase64(value);
    at.fail(`illegal base64 data at input byte ${offset}`);
    return undefined;
  };
}

function timeShape(type: TimeType): Shape {
  return (value, at) => {
    if (value === null) return undefined;
    if (typeof value !== "string") {
      at.fail(`json: cannot unmarshal ${goValueOf(value)} into Go value of type string`);
      return undefined;
    }
    const parsed = parseTime(value, type);
    if ("text" in parsed) return parsed.text;
    at.fail(parsed.problem);
    return undefined;
  };
}

/** Numbers are taken as they are written. */
function shapeQuantity(value: unknown, at: Position): unknown {
  if (value === null) return undefined;
  try {
    return formatQuantity(parseQuantity(typeof value === "string" ? value.trim() : JSON.stringify(value)));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    at.fail(error.message);
    return undefined;
  }
}

function shapeIntOrString(value: unknown, at: Position): unknown {
  if (value === null) return undefined;
  if (typeof value === "string") return value;
  if (typeof value === "number" && isInteger(value, 2 ** 31 - 1)) return value;
  const what = typeof value === "number" ? `number ${value}` : goValueOf(value);
  at.fail(`json: cannot unmarshal ${what} into Go value of type int32`);
  return undefined;
}
