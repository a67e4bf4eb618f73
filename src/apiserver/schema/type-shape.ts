import { type FieldFact, hasTypeMeta, jsonFieldsOf, typeFacts, typeMetaName } from "../../api/type-facts.ts";
import { goTypeOf } from "./go-names.ts";
import { scalarShape, type Shape } from "./scalar-shape.ts";
import { shortNameOf } from "./type-name.ts";

const shapes = new Map<string, Shape>();

/**
 * What Go makes of an object by decoding it into its type and writing it again: unknown fields, nulls and the zeros
 * that are left out on writing go, scalars get their one form. What needs no change is shared, not copied.
 */
export function typeShape(typeName: string): Shape {
  let shape = shapes.get(typeName);
  if (!shape) {
    shape = structShape(typeName);
    shapes.set(typeName, shape);
  }
  return shape;
}

function structShape(typeName: string): Shape {
  const struct = shortNameOf(typeName);
  const goType = goTypeOf({ ref: typeName });
  let fields: ReadonlyMap<string, Shape> | undefined;
  return (value, at) => {
    if (value === null) return undefined;
    if (!isRecord(value)) {
      at.mismatch(value, goType);
      return undefined;
    }
    fields ??= fieldShapes(typeName);
    let copy: Record<string, unknown> | undefined;
    for (const key of Object.keys(value)) {
      const given = value[key];
      let kept: unknown;
      const shape = fields.get(key);
      if (shape) {
        at.enterField(struct, key);
        kept = shape(given, at);
        at.leaveField();
      } else {
        at.unknownField(key);
      }
      if (!copy && kept !== given) copy = entriesBefore(value, key);
      if (copy && kept !== undefined) copy[key] = kept;
    }
    return copy ?? value;
  };
}

function fieldShapes(typeName: string): ReadonlyMap<string, Shape> {
  const own = Object.entries(jsonFieldsOf(typeName));
  const meta = hasTypeMeta(typeName) ? Object.entries(jsonFieldsOf(typeMetaName)) : [];
  return new Map([...meta, ...own].map(([name, fact]) => [name, fieldShape(fact)]));
}

/** Go leaves out the zeros of fields marked `omitempty`, but never a struct. */
function fieldShape(fact: FieldFact): Shape {
  const shape = valueShape(fact);
  if (!fact.omitempty || fact.pointer || isStruct(fact)) return shape;
  return (value, at) => {
    const kept = shape(value, at);
    return isZero(kept) ? undefined : kept;
  };
}

function valueShape(fact: FieldFact): Shape {
  const { ref, items, additionalProperties } = fact;
  if (ref) return Object.hasOwn(typeFacts, ref) ? typeShape(ref) : shapeAnything;
  if (items) return listShape(items, goTypeOf(fact));
  if (typeof additionalProperties === "object") return mapShape(additionalProperties, goTypeOf(fact));
  return fact.type === "object" ? shapeAnything : scalarShape(fact);
}

function shapeAnything(value: unknown): unknown {
  return value === null ? undefined : value;
}

function listShape(items: FieldFact, goType: string): Shape {
  const shape = valueShape(items);
  const zero = zeroOf(items);
  return (value, at) => {
    if (value === null) return undefined;
    if (!Array.isArray(value)) {
      at.mismatch(value, goType);
      return undefined;
    }
    let copy: unknown[] | undefined;
    for (let index = 0; index < value.length; index++) {
      const given: unknown = value[index];
      at.enter(index);
      const kept = shape(given, at) ?? zero;
      at.leave();
      if (!copy && kept !== given) copy = value.slice(0, index);
      copy?.push(kept);
    }
    return copy ?? value;
  };
}

function mapShape(values: FieldFact, goType: string): Shape {
  const shape = valueShape(values);
  const zero = zeroOf(values);
  return (value, at) => {
    if (value === null) return undefined;
    if (!isRecord(value)) {
      at.mismatch(value, goType);
      return undefined;
    }
    let copy: Record<string, unknown> | undefined;
    for (const key of Object.keys(value)) {
      const given = value[key];
      at.enter(key);
      const kept = shape(given, at) ?? zero;
      at.leave();
      if (!copy && kept !== given) copy = entriesBefore(value, key);
      if (copy) copy[key] = kept;
    }
    return copy ?? value;
  };
}

/** What a null is among the elements of a list or the values of a map. */
function zeroOf(fact: FieldFact): unknown {
  if (fact.goType === "Quantity") return "0";
  if (fact.items) return [];
  if (fact.ref || fact.type === "object") return Object.freeze({});
  return fact.type === "string" ? "" : fact.type === "boolean" ? false : 0;
}

function isStruct({ ref, goType, preserve }: FieldFact): boolean {
  return ref !== undefined || preserve === true || (goType !== undefined && structs.has(goType));
}

const structs = new Set(["Time", "MicroTime", "Duration", "Quantity", "IntOrString", "FieldsV1", "RawExtension"]);

function isZero(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return value === "" || value === 0 || value === false;
  for (const _ in value) return false;
  return true;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function entriesBefore(value: Record<string, unknown>, last: string): Record<string, unknown> {
  const entries: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    if (key === last) break;
    entries[key] = value[key];
  }
  return entries;
}
