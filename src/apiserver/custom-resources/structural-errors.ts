import { type FieldError, invalid, notAllowed, notSupported, required } from "../../api/status.ts";
import { goPattern } from "./go-pattern.ts";
import type { StructuralSchema } from "./structural-schema.ts";

type AnySchema = StructuralSchema & Readonly<Record<string, unknown>>;

const types = ["array", "boolean", "integer", "number", "object", "string"];
const unsupported = ["$ref", "$schema", "additionalItems", "definitions", "dependencies", "id", "patternProperties"];
/** What only a schema by itself says, never one of its alternatives. */
const ownOnly = [
  "additionalProperties",
  "default",
  "description",
  "nullable",
  "title",
  "type",
  "x-kubernetes-embedded-resource",
  "x-kubernetes-int-or-string",
  "x-kubernetes-list-map-keys",
  "x-kubernetes-list-type",
  "x-kubernetes-map-type",
  "x-kubernetes-preserve-unknown-fields",
];

/**
 * Why a schema is not structural; its root is looked at elsewhere.
 * https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema
 */
export function structuralErrors(given: StructuralSchema, field: string): FieldError[] {
  const schema = given as AnySchema;
  return [
    ...unsupported
      .filter((word) => schema[word] !== undefined)
      .map((word) => notAllowed(`${field}.${word}`, `${word} is not supported`)),
    ...typeErrors(schema, field),
    ...wordErrors(schema, field),
    ...listErrors(schema, field),
    ...alternativeErrors(schema, field),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, child]) =>
      childErrors(child, `${field}.properties[${name}]`, "object fields"),
    ),
    ...(isSchema(schema.items) ? childErrors(schema.items, `${field}.items`, "array items") : []),
    ...(isSchema(schema.additionalProperties)
      ? childErrors(schema.additionalProperties, `${field}.additionalProperties`, "object fields")
      : []),
  ];
}

function childErrors(child: StructuralSchema, field: string, what: string): FieldError[] {
  const isFree = child["x-kubernetes-int-or-string"] === true || child["x-kubernetes-preserve-unknown-fields"] === true;
  const untyped = child.type || isFree ? [] : [required(`${field}.type`, `must not be empty for specified ${what}`)];
  return [...untyped, ...structuralErrors(child, field)];
}

function typeErrors(schema: AnySchema, field: string): FieldError[] {
  const { type } = schema;
  const errors: FieldError[] = type && !types.includes(type) ? [notSupported(`${field}.type`, type, types)] : [];
  if (type && schema["x-kubernetes-int-or-string"]) {
    errors.push(notAllowed(`${field}.type`, "must be empty if x-kubernetes-int-or-string is true"));
  }
  if (schema["x-kubernetes-embedded-resource"] && type !== "object") {
    errors.push(invalid(`${field}.type`, type ?? "", "must be object if x-kubernetes-embedded-resource is true"));
  }
  if (Array.isArray(schema.items)) {
    errors.push(notAllowed(`${field}.items`, "items must be a schema object and not an array"));
  }
  if (type === "array" && schema.items === undefined) errors.push(required(`${field}.items`, "must be specified"));
  return errors;
}

function wordErrors(schema: AnySchema, field: string): FieldError[] {
  const errors: FieldError[] = [];
  if (schema["uniqueItems"] === true) {
    const why = "uniqueItems cannot be set to true since the runtime complexity becomes quadratic";
    errors.push(notAllowed(`${field}.uniqueItems`, why));
  }
  if (schema.additionalProperties !== undefined && Object.keys(schema.properties ?? {}).length > 0) {
    errors.push(
      notAllowed(`${field}.additionalProperties`, "additionalProperties and properties are mutual exclusive"),
    );
  }
  return [...errors, ...patternErrors(schema.pattern, `${field}.pattern`)];
}

function patternErrors(pattern: string | undefined, field: string): FieldError[] {
  try {
    if (pattern !== undefined) goPattern(pattern);
    return [];
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return [invalid(field, pattern, `must be a valid regular expression, but isn't: ${error.message}`)];
  }
}

function listErrors(schema: AnySchema, field: string): FieldError[] {
  const kind = schema["x-kubernetes-list-type"];
  const keys = schema["x-kubernetes-list-map-keys"] ?? [];
  if (kind === undefined) return [];
  const errors: FieldError[] = [];
  if (schema.type !== "array") {
    errors.push(invalid(`${field}.type`, schema.type ?? "", "must be array if x-kubernetes-list-type is specified"));
  }
  if (kind !== "map") return errors;
  const at = `${field}.x-kubernetes-list-map-keys`;
  if (keys.length === 0) return [...errors, required(at, "must not be empty if x-kubernetes-list-type is map")];
  const { properties = {}, required: needed = [] } = schema.items ?? {};
  const isStranger = keys.some((key) => !properties[key]);
  if (isStranger) return [...errors, invalid(at, keys, "entries must all be names of item properties")];
  const loose = keys.filter((key) => !needed.includes(key) && properties[key]?.default === undefined);
  const why = "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property";
  return [...errors, ...loose.map((key) => required(`${field}.items.properties[${key}].default`, why))];
}

/** Alternatives only narrow what the schema itself says. */
function alternativeErrors(schema: AnySchema, field: string): FieldError[] {
  const named = (["allOf", "anyOf", "oneOf"] as const).flatMap((word) =>
    (schema[word] ?? []).map((one, index) => [`${word}[${index}]`, one] as const),
  );
  const all = schema.not ? [...named, ["not", schema.not] as const] : named;
  const isIntOrString = schema["x-kubernetes-int-or-string"] === true;
  return all.flatMap(([place, one]) => {
    const words = ownOnly.filter(
      (word) => (one as AnySchema)[word] !== undefined && !(isIntOrString && word === "type"),
    );
    const unknown = Object.keys(one.properties ?? {}).filter((name) => !schema.properties?.[name]);
    return [
      ...words.map((word) => notAllowed(`${field}.${place}.${word}`, "must be empty to be structural")),
      ...unknown.map((name) =>
        required(`${field}.properties[${name}]`, `because it is defined in ${field}.${place}.properties[${name}]`),
      ),
    ];
  });
}

function isSchema(value: unknown): value is StructuralSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
