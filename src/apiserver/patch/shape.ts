import { type FieldFact, hasTypeMeta, jsonFieldsOf, typeFacts } from "../../api/type-facts.ts";
import { isMap } from "./json.ts";
import { type OpenApiSchema, schemaShape } from "./schema-shape.ts";

/**
 * How a value falls into fields that can be owned one by one. A "leaf" is owned whole (a scalar, an atomic list or
 * map); "any" is found out from the value: maps fall apart, all else is a leaf.
 * https://kubernetes.io/docs/reference/using-api/server-side-apply/#merge-strategy
 */
export type Shape = "leaf" | "any" | MapShape | ListShape;

export interface MapShape {
  readonly kind: "map";
  /** Fields that the type names. */
  readonly declared: ReadonlyMap<string, Shape>;
  /** The value of every other key. */
  readonly others: Shape;
  /** Whether there can be no other keys. */
  readonly isClosed?: boolean;
  /** Fields that upstream writes even when nobody set them, with what it writes then. */
  readonly zeros: ReadonlyMap<string, unknown>;
}

export interface ListShape {
  readonly kind: "list";
  /** The fields that tell two items apart, sorted; none when the items are scalars. */
  readonly keys: readonly string[];
  readonly keyDefaults: Readonly<Record<string, unknown>>;
  readonly items: Shape;
}

const objectMetaType = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";
const emptyMap = Object.freeze({});
const noZeros: ReadonlyMap<string, unknown> = new Map();
const anyMap: MapShape = { kind: "map", declared: new Map(), others: "any", zeros: noZeros };
const known = new Map<string, Shape>();

/** The shape of a whole object, by its type or its schema; without either only its metadata is known. */
export function shapeOf(typeName: string | undefined, schema?: OpenApiSchema): Shape {
  if (typeName !== undefined) return typeShape(typeName);
  if (!schema) return untypedObject;
  let shape = shapesBySchema.get(schema);
  if (!shape) {
    shape = schemaShape(schema, typeShape(objectMetaType));
    shapesBySchema.set(schema, shape);
  }
  return shape;
}

const shapesBySchema = new WeakMap<OpenApiSchema, Shape>();

/** The shape in which a value is to be read: never "any". */
export function resolved(shape: Shape, value: unknown): "leaf" | MapShape | ListShape {
  if (shape !== "any") return shape;
  return isMap(value) ? anyMap : "leaf";
}

export function childShape(shape: MapShape, key: string): Shape {
  return shape.declared.get(key) ?? shape.others;
}

function typeShape(typeName: string): Shape {
  const found = known.get(typeName);
  if (found) return found;
  const declared = new Map<string, Shape>();
  const zeros = new Map<string, unknown>();
  const shape: MapShape = { kind: "map", declared, others: "any", isClosed: true, zeros };
  known.set(typeName, shape);
  if (hasTypeMeta(typeName)) declared.set("apiVersion", "leaf").set("kind", "leaf");
  for (const [name, fact] of Object.entries(jsonFieldsOf(typeName))) {
    declared.set(name, fieldShape(fact));
    const zero = zeroOf(fact);
    if (zero !== undefined) zeros.set(name, zero);
  }
  return shape;
}

const untypedObject: MapShape = {
  kind: "map",
  declared: new Map<string, Shape>([
    ["apiVersion", "leaf"],
    ["kind", "leaf"],
    ["metadata", typeShape(objectMetaType)],
  ]),
  others: "any",
  zeros: noZeros,
};

function fieldShape(fact: FieldFact): Shape {
  if (fact.preserve) return "leaf";
  if (fact.ref && !Object.hasOwn(typeFacts, fact.ref)) return "any";
  if (fact.ref) return isAtomicStruct(fact, fact.ref) ? "leaf" : typeShape(fact.ref);
  if (fact.items) return listShape(fact, fact.items);
  const values = fact.additionalProperties;
  if (values === undefined || fact.mapType === "atomic") return "leaf";
  return {
    kind: "map",
    declared: new Map(),
    others: values instanceof Object ? fieldShape(values) : "any",
    zeros: noZeros,
  };
}

/** A field may declare otherwise than its type. */
function isAtomicStruct({ structType, mapType }: FieldFact, ref: string): boolean {
  return (structType ?? mapType ?? typeFacts[ref]?.mapType) === "atomic";
}

function listShape(fact: FieldFact, items: FieldFact): Shape {
  const keys = listKeys(fact);
  if (!keys) return "leaf";
  const fields = items.ref ? jsonFieldsOf(items.ref) : {};
  const defaults = keys.flatMap((key) => (fields[key]?.default === undefined ? [] : [[key, fields[key]?.default]]));
  const keyDefaults = Object.fromEntries(defaults) as Record<string, unknown>;
  return { kind: "list", keys: keys.toSorted(), keyDefaults, items: fieldShape(items) };
}

/** Undefined for an atomic list, as are those that say nothing of it. */
function listKeys({ listType, listMapKeys, patchStrategy, patchMergeKey }: FieldFact): readonly string[] | undefined {
  if (listType === "map") return listMapKeys ?? [];
  if (listType === "set") return [];
  if (listType === "atomic" || !patchStrategy?.startsWith("merge")) return undefined;
  return patchMergeKey ? [patchMergeKey] : [];
}

/** What Go's encoding writes of a field that was never set; undefined if it leaves it out. */
function zeroOf(fact: FieldFact): unknown {
  if (fact.pointer) return fact.omitempty ? undefined : null;
  switch (fact.goType) {
    case "Time":
    case "MicroTime":
    case "RawExtension":
      return null;
    case "Quantity":
      return "0";
    case "IntOrString":
      return 0;
    case "Duration":
      return "0s";
    default:
      return fact.ref ? emptyMap : fact.omitempty ? undefined : zeroOfType(fact);
  }
}

function zeroOfType({ type, format }: FieldFact): unknown {
  switch (type) {
    case "string":
      return format === "byte" ? null : "";
    case "integer":
    case "number":
      return 0;
    case "boolean":
      return false;
    default:
      return null;
  }
}
