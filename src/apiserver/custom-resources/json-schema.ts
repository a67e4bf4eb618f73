import type { StructuralSchema } from "./structural-schema.ts";

type JsonSchema = Readonly<Record<string, unknown>>;

/** Words that mean the same in both and hold no schemas. */
const sameWords = [
  "enum",
  "format",
  "maxItems",
  "maxLength",
  "maxProperties",
  "minItems",
  "minLength",
  "minProperties",
  "multipleOf",
  "pattern",
  "required",
] as const;

/** A structural schema as JSON Schema, which ajv understands. */
export function jsonSchemaOf(schema: StructuralSchema): JsonSchema {
  const checks = { ...valueChecks(schema), ...childChecks(schema), ...combinations(schema) };
  return schema.nullable ? { if: { type: "null" }, else: checks } : checks;
}

function valueChecks(schema: StructuralSchema): JsonSchema {
  const { type, minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
  const words = sameWords.flatMap((word) => (schema[word] === undefined ? [] : [[word, schema[word]] as const]));
  const types = schema["x-kubernetes-int-or-string"] ? ["integer", "string"] : type;
  return {
    ...Object.fromEntries(words),
    ...(types ? { type: types } : {}),
    ...(minimum === undefined ? {} : { [exclusiveMinimum ? "exclusiveMinimum" : "minimum"]: minimum }),
    ...(maximum === undefined ? {} : { [exclusiveMaximum ? "exclusiveMaximum" : "maximum"]: maximum }),
  };
}

function childChecks({ properties, additionalProperties, items }: StructuralSchema): JsonSchema {
  const fields = Object.entries(properties ?? {}).map(([name, property]) => [name, jsonSchemaOf(property)]);
  return {
    ...(properties ? { properties: Object.fromEntries(fields) as JsonSchema } : {}),
    ...(typeof additionalProperties === "object" ? { additionalProperties: jsonSchemaOf(additionalProperties) } : {}),
    ...(items ? { items: jsonSchemaOf(items) } : {}),
  };
}

function combinations({ allOf, anyOf, oneOf, not }: StructuralSchema): JsonSchema {
  const all = (schemas: readonly StructuralSchema[]): JsonSchema[] => schemas.map((schema) => jsonSchemaOf(schema));
  return {
    ...(allOf?.length ? { allOf: all(allOf) } : {}),
    ...(anyOf?.length ? { anyOf: all(anyOf) } : {}),
    ...(oneOf?.length ? { oneOf: all(oneOf) } : {}),
    ...(not ? { not: jsonSchemaOf(not) } : {}),
  };
}
