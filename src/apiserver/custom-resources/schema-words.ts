import { type FieldError, invalid, notAllowed, notSupported, required } from "../../api/status.ts";
import type { StructuralSchema } from "./structural-schema.ts";

export type AnySchema = StructuralSchema & Readonly<Record<string, unknown>>;

const types = ["array", "boolean", "integer", "number", "object", "string"];
const unsupported = ["id", "additionalItems", "patternProperties", "definitions", "dependencies", "$ref", "$schema"];
const metaFields = new Set(["metadata", "kind", "apiVersion"]);

interface Place {
  readonly field: string;
  readonly isRoot?: boolean;
  /** Within the schema of a whole object's metadata, kind or apiVersion. */
  readonly inMeta?: boolean;
  /** Why nothing may have a default here, if so. */
  readonly noDefaults?: string;
}

/** Whether what is wrong with a schema's words leaves it unclear what it says. */
export function isUnreadable({ message }: FieldError): boolean {
  return message.endsWith(" is not supported") || message.endsWith("must be a schema object and not an array");
}

/** The words that a schema may not use, wherever they stand in it, and those that do not go together. */
export function schemaWordErrors(schema: StructuralSchema, field: string): FieldError[] {
  const { nullable } = schema;
  const atRoot = nullable === true ? [notAllowed(`${field}.nullable`, "nullable cannot be true at the root")] : [];
  return [...atRoot, ...wordErrors(schema as AnySchema, { field, isRoot: true })];
}

function wordErrors(schema: AnySchema, place: Place): FieldError[] {
  const { field } = place;
  const keepsUnknown = schema["x-kubernetes-preserve-unknown-fields"];
  return [
    ...plainErrors(schema, place),
    ...(schema["uniqueItems"] === true
      ? [
          notAllowed(
            `${field}.uniqueItems`,
            "uniqueItems cannot be set to true since the runtime complexity becomes quadratic",
          ),
        ]
      : []),
    ...bothKindsOfFields(schema, field),
    ...schemasBelow(schema, place).flatMap(([below, there]) => wordErrors(below, there)),
    ...(keepsUnknown === false
      ? [invalid(`${field}.x-kubernetes-preserve-unknown-fields`, false, "must be true or undefined")]
      : []),
    ...mapTypeErrors(schema, field),
    ...listTypeErrors(schema, field),
    ...listMapErrors(schema, field),
    ...keyErrors(schema, field),
  ];
}

function plainErrors(schema: AnySchema, { field, noDefaults, inMeta }: Place): FieldError[] {
  const { type } = schema;
  const errors: FieldError[] = type && !types.includes(type) ? [notSupported(`${field}.type`, type, types)] : [];
  if (schema.default !== undefined && noDefaults !== undefined) {
    errors.push(notAllowed(`${field}.default`, `must not be set ${noDefaults}`));
  }
  for (const word of unsupported) {
    if (schema[word] !== undefined) errors.push(notAllowed(`${field}.${word}`, `${word} is not supported`));
  }
  if (type === "null") {
    errors.push(notAllowed(`${field}.type`, "type cannot be set to null, use nullable as an alternative"));
  }
  if (Array.isArray(schema.items)) {
    errors.push(notAllowed(`${field}.items`, "items must be a schema object and not an array"));
  }
  if (inMeta && schema["x-kubernetes-embedded-resource"]) {
    errors.push(notAllowed(`${field}.x-kubernetes-embedded-resource`, "must not be used inside of resource meta"));
  }
  return errors;
}

/** `additionalProperties: true` says nothing. */
function bothKindsOfFields({ additionalProperties, properties }: AnySchema, field: string): FieldError[] {
  if (additionalProperties === undefined || additionalProperties === true) return [];
  if (Object.keys(properties ?? {}).length === 0) return [];
  return [notAllowed(`${field}.additionalProperties`, "additionalProperties and properties are mutual exclusive")];
}

function schemasBelow(schema: AnySchema, place: Place): [AnySchema, Place][] {
  const { field, inMeta, noDefaults } = place;
  const inherited = { ...(inMeta ? { inMeta } : {}), ...(noDefaults === undefined ? {} : { noDefaults }) };
  const below = (one: unknown, name: string, more: Partial<Place> = {}): [AnySchema, Place][] =>
    isSchema(one) ? [[one as AnySchema, { ...inherited, ...more, field: `${field}.${name}` }]] : [];
  const inMap = inMeta ? { noDefaults: "inside additionalProperties applying to object metadata" } : {};
  return [
    ...below(schema.additionalProperties, "additionalProperties", inMap),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, one]) =>
      below(one, `properties[${name}]`, ofProperty(schema, name, place)),
    ),
    ...below(schema.not, "not"),
    ...(["allOf", "oneOf", "anyOf"] as const).flatMap((word) =>
      (schema[word] ?? []).flatMap((one, index) => below(one, `${word}[${index}]`)),
    ),
    ...below(schema.items, "items"),
  ];
}

function ofProperty(schema: AnySchema, name: string, { isRoot }: Place): Partial<Place> {
  if (!metaFields.has(name) || !(isRoot || schema["x-kubernetes-embedded-resource"])) return {};
  return { inMeta: true, ...(isRoot ? { noDefaults: `in top-level ${name}` } : {}) };
}

function mapTypeErrors({ type, "x-kubernetes-map-type": kind }: AnySchema, field: string): FieldError[] {
  if (kind === undefined) return [];
  const known = ["atomic", "granular"];
  return [
    ...(type === "object"
      ? []
      : [otherType(`${field}.type`, type, "must be object if x-kubernetes-map-type is specified")]),
    ...(known.includes(kind) ? [] : [notSupported(`${field}.x-kubernetes-map-type`, kind, known)]),
  ];
}

function otherType(field: string, type: string | undefined, why: string): FieldError {
  return type ? invalid(field, type, why) : required(field, why);
}

function listTypeErrors(schema: AnySchema, field: string): FieldError[] {
  const { type, items, "x-kubernetes-list-type": kind } = schema;
  if (kind === undefined) return [];
  const known = ["atomic", "set", "map"];
  const errors: FieldError[] = [];
  if (type !== "array") {
    errors.push(otherType(`${field}.type`, type, "must be array if x-kubernetes-list-type is specified"));
  } else if (kind === "set" && isSchema(items)) {
    errors.push(...setItemErrors(items, `${field}.items`));
  }
  if (!known.includes(kind)) errors.push(notSupported(`${field}.x-kubernetes-list-type`, kind, known));
  return errors;
}

/** What is in a set is compared as a whole. */
function setItemErrors(items: StructuralSchema, field: string): FieldError[] {
  const why = "must be atomic as item of a list with x-kubernetes-list-type=set";
  const { type, "x-kubernetes-list-type": list, "x-kubernetes-map-type": map } = items;
  if (type === "array" && list !== undefined && list !== "atomic") {
    return [invalid(`${field}.x-kubernetes-list-type`, list, why)];
  }
  return type === "object" && map !== "atomic" ? [invalid(`${field}.x-kubernetes-map-type`, list ?? null, why)] : [];
}

function listMapErrors(schema: AnySchema, field: string): FieldError[] {
  const kind = schema["x-kubernetes-list-type"];
  const keys = schema["x-kubernetes-list-map-keys"] ?? [];
  const keysField = `${field}.x-kubernetes-list-map-keys`;
  const why = "must be map if x-kubernetes-list-map-keys is non-empty";
  if (kind !== "map") return keys.length === 0 ? [] : [otherType(`${field}.x-kubernetes-list-type`, kind, why)];
  const { items } = schema;
  const errors: FieldError[] =
    keys.length === 0 ? [required(keysField, "must not be empty if x-kubernetes-list-type is map")] : [];
  if (items === undefined) {
    return [...errors, required(`${field}.items`, "must have a schema if x-kubernetes-list-type is map")];
  }
  if (!isSchema(items)) {
    return [
      ...errors,
      invalid(`${field}.items`, items, "must only have a single schema if x-kubernetes-list-type is map"),
    ];
  }
  if (items.type !== "object") {
    const need = "must be object if parent array's x-kubernetes-list-type is map";
    return [...errors, invalid(`${field}.items.type`, items.type ?? "", need)];
  }
  return [...errors, ...keys.flatMap((key, index) => oneKeyErrors({ items, keys, field }, key, index))];
}

function oneKeyErrors(
  { items, keys, field }: { items: StructuralSchema; keys: readonly string[]; field: string },
  key: string,
  index: number,
): FieldError[] {
  const property = items.properties?.[key];
  const keysField = `${field}.x-kubernetes-list-map-keys`;
  const errors: FieldError[] = [];
  if (!property) errors.push(invalid(keysField, keys, "entries must all be names of item properties"));
  else if (property.type === "array" || property.type === "object") {
    const why = "must be a scalar type if parent array's x-kubernetes-list-type is map";
    errors.push(invalid(`${field}.items.properties[${key}].type`, items.type, why));
  }
  if (keys.indexOf(key) < index) errors.push(invalid(keysField, keys, "must not contain duplicate entries"));
  return errors;
}

/** What items are told apart by must be there. */
function keyErrors(schema: AnySchema, field: string): FieldError[] {
  const { items, "x-kubernetes-list-type": kind, "x-kubernetes-list-map-keys": keys = [] } = schema;
  if (!isSchema(items) || (kind !== "set" && kind !== "map")) return [];
  const whole = items.nullable
    ? [notAllowed(`${field}.items.nullable`, `cannot be nullable when x-kubernetes-list-type is ${kind}`)]
    : [];
  if (kind === "set") return whole;
  const each = keys.flatMap((key): FieldError[] => {
    const property = items.properties?.[key];
    if (!property) return [];
    const at = `${field}.items.properties[${key}]`;
    const why = "this property is in x-kubernetes-list-map-keys, so it";
    const isThere = items.required?.includes(key) || property.default !== undefined;
    return [
      ...(isThere ? [] : [required(`${at}.default`, `${why} must have a default or be a required property`)]),
      ...(property.nullable ? [notAllowed(`${at}.nullable`, `${why} cannot be nullable`)] : []),
    ];
  });
  return [...whole, ...each];
}

export function isSchema(value: unknown): value is StructuralSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
