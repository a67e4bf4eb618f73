import { type FieldError, invalid, notAllowed, required } from "../../api/status.ts";
import { goPattern } from "./go-pattern.ts";
import { type AnySchema, isSchema, isUnreadable, schemaWordErrors } from "./schema-words.ts";
import { completenessErrors } from "./structural-completeness.ts";
import type { StructuralSchema } from "./structural-schema.ts";

type Level = "root" | "item" | "field";

/**
 * Why a schema is not one that custom resources may have.
 * https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema
 */
export function structuralErrors(schema: StructuralSchema, field: string): FieldError[] {
  const words = schemaWordErrors(schema, field);
  if (words.some(isUnreadable)) return words;
  const errors = [...invariantErrors(schema as AnySchema, "root", field), ...completenessErrors(schema, field)];
  const text = (error: FieldError): string => `${error.field}: ${error.message}`;
  return [...words, ...errors.toSorted((a, b) => (text(a) < text(b) ? -1 : text(a) > text(b) ? 1 : 0))];
}

function invariantErrors(schema: AnySchema, level: Level, field: string): FieldError[] {
  const { type, items, properties = {}, additionalProperties } = schema;
  const children = [
    ...(isSchema(items) ? invariantErrors(items as AnySchema, "item", `${field}.items`) : []),
    ...Object.entries(properties).flatMap(([name, child]) =>
      invariantErrors(child as AnySchema, "field", `${field}.properties[${name}]`),
    ),
    ...(isSchema(additionalProperties)
      ? invariantErrors(additionalProperties as AnySchema, "field", `${field}.additionalProperties`)
      : []),
  ];
  return [
    ...(type === "array" && items === undefined ? [required(`${field}.items`, "must be specified")] : []),
    ...children,
    ...(level === "root" && additionalProperties !== undefined
      ? [notAllowed(`${field}.additionalProperties`, "must not be used at the root")]
      : []),
    ...intOrStringErrors(schema, field),
    ...valueErrors(schema, field, {
      anyOf: isIntOrString(schema.anyOf),
      first: isIntOrString(schema.allOf?.[0]?.anyOf),
    }),
    ...typeErrors(schema, level, field),
    ...embeddedErrors(schema, field),
    ...metaErrors(schema, level, field),
  ];
}

function intOrStringErrors(schema: AnySchema, field: string): FieldError[] {
  if (!schema["x-kubernetes-int-or-string"]) return [];
  const why = "must be false if x-kubernetes-int-or-string is true";
  return (["x-kubernetes-preserve-unknown-fields", "x-kubernetes-embedded-resource"] as const)
    .filter((word) => schema[word])
    .map((word) => invalid(`${field}.${word}`, true, why));
}

const untyped = { root: "at the root", item: "for specified array items", field: "for specified object fields" };

function typeErrors(schema: AnySchema, level: Level, field: string): FieldError[] {
  const { type = "" } = schema;
  const at = `${field}.type`;
  const errors: FieldError[] = [];
  if (schema["x-kubernetes-embedded-resource"] && type !== "object") {
    const why = "must be object if x-kubernetes-embedded-resource is true";
    errors.push(type ? invalid(at, type, why) : required(at, why));
  } else if (!type && !schema["x-kubernetes-int-or-string"] && !schema["x-kubernetes-preserve-unknown-fields"]) {
    errors.push(required(at, `must not be empty ${untyped[level]}`));
  }
  if (level === "root" && type && type !== "object") errors.push(invalid(at, type, "must be object at the root"));
  return errors;
}

function embeddedErrors(schema: AnySchema, field: string): FieldError[] {
  if (!schema["x-kubernetes-embedded-resource"]) return [];
  const isBare = Object.keys(schema.properties ?? {}).length === 0 && !schema["x-kubernetes-preserve-unknown-fields"];
  const mapped = schema.additionalProperties !== undefined;
  const need =
    "must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields";
  return [
    ...(mapped
      ? [notAllowed(`${field}.additionalProperties`, "must not be used if x-kubernetes-embedded-resource is set")]
      : []),
    ...(isBare ? [required(`${field}.properties`, need)] : []),
  ];
}

/** What every whole object has is known; only the names of the one at the root may be narrowed. */
function metaErrors(schema: AnySchema, level: Level, field: string): FieldError[] {
  const { properties = {} } = schema;
  const isObject = level === "root" || schema["x-kubernetes-embedded-resource"] === true;
  const types = { kind: "string", apiVersion: "string", metadata: "object" };
  const wrong = Object.entries(types).flatMap(([name, type]) => {
    const given = properties[name];
    if (!isObject || !given || given.type === type) return [];
    return [invalid(`${field}.properties[${name}].type`, given.type ?? "", `must be ${type}`)];
  });
  const { metadata } = properties;
  if (level !== "root" || !metadata || narrowsNamesOnly(metadata)) return wrong;
  const why = "must not specify anything other than name and generateName, but metadata is implicitly specified";
  return [...wrong, notAllowed(`${field}.properties[metadata]`, why)];
}

function narrowsNamesOnly({ properties = {}, ...others }: StructuralSchema): boolean {
  const names = Object.keys(properties);
  const words = Object.keys(others).filter((word) => word !== "type" && word !== "default");
  return names.every((name) => name === "name" || name === "generateName") && words.length === 0;
}

/** The two ways to say "int or string" are let be. */
interface Allowed {
  readonly anyOf: boolean;
  readonly first: boolean;
}

const nothing: Allowed = { anyOf: false, first: false };

function valueErrors(schema: AnySchema, field: string, allowed: Allowed): FieldError[] {
  const { anyOf = [], allOf = [], oneOf = [], not, pattern } = schema;
  const nested = (one: StructuralSchema, name: string, isAllowed = false): FieldError[] =>
    nestedErrors(one as AnySchema, `${field}.${name}`, { anyOf: isAllowed, first: false });
  return [
    ...(allowed.anyOf ? [] : anyOf.flatMap((one, index) => nested(one, `anyOf[${index}]`))),
    ...allOf.flatMap((one, index) => nested(one, `allOf[${index}]`, allowed.first && index === 0)),
    ...oneOf.flatMap((one, index) => nested(one, `oneOf[${index}]`)),
    ...(not ? nested(not, "not") : []),
    ...patternErrors(pattern, `${field}.pattern`),
  ];
}

/** What only a schema by itself says, never one of its alternatives, and how that is put. */
const ownOnly: Readonly<Record<string, string>> = {
  type: "empty",
  additionalProperties: "undefined",
  default: "undefined",
  title: "empty",
  description: "empty",
  nullable: "false",
  externalDocs: "undefined",
  "x-kubernetes-preserve-unknown-fields": "false",
  "x-kubernetes-embedded-resource": "false",
  "x-kubernetes-int-or-string": "false",
  "x-kubernetes-list-map-keys": "empty",
  "x-kubernetes-list-type": "undefined",
  "x-kubernetes-map-type": "undefined",
  "x-kubernetes-validations": "empty",
};

/** An alternative only narrows what the schema itself says. */
function nestedErrors(schema: AnySchema, field: string, allowed: Allowed): FieldError[] {
  const { items, properties = {} } = schema;
  const words = Object.entries(ownOnly).filter(([word]) => schema[word] !== undefined && schema[word] !== false);
  return [
    ...valueErrors(schema, field, allowed),
    ...(isSchema(items) ? nestedErrors(items as AnySchema, `${field}.items`, nothing) : []),
    ...Object.entries(properties).flatMap(([name, one]) =>
      nestedErrors(one as AnySchema, `${field}.properties[${name}]`, nothing),
    ),
    ...words.map(([word, what]) => notAllowed(`${field}.${word}`, `must be ${what} to be structural`)),
    ...(Object.hasOwn(properties, "metadata")
      ? [notAllowed(`${field}.properties[metadata]`, "must not be specified in a nested context")]
      : []),
  ];
}

function isIntOrString(anyOf: readonly StructuralSchema[] | undefined): boolean {
  const [first, second] = anyOf ?? [];
  return anyOf?.length === 2 && isOnly(first, "integer") && isOnly(second, "string");
}

function isOnly(schema: StructuralSchema | undefined, type: string): boolean {
  return schema?.type === type && Object.keys(schema).length === 1;
}

function patternErrors(pattern: string | undefined, field: string): FieldError[] {
  try {
    if (pattern) goPattern(pattern);
    return [];
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return [invalid(field, pattern, `must be a valid regular expression, but isn't: ${error.message}`)];
  }
}
