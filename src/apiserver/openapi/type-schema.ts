import { type FieldFact, hasTypeMeta, jsonFieldsOf, typeFacts } from "../../api/type-facts.ts";
import { type Descriptions, loadDescriptions, type TypeDescription } from "./descriptions.ts";
import { type JsonSchema, referenceTo } from "./schema-names.ts";
import { specialNames, specialSchemas } from "./special-schemas.ts";

const cache = new Map<string, JsonSchema>();

/** The schema of a type of the facts, in the form of OpenAPI v3, without its group, version and kind. */
export function typeSchema(name: string): JsonSchema {
  let schema = cache.get(name);
  if (!schema) {
    schema = specialSchemas[name] ?? structSchema(name);
    cache.set(name, schema);
  }
  return schema;
}

const noDescription: TypeDescription = ["", {}];

function structSchema(name: string): JsonSchema {
  const descriptions = loadDescriptions();
  const [said, fieldsSaid] = descriptions[name] ?? noDescription;
  const fact = typeFacts[name];
  const required = requiredOf(name);
  const fields = Object.entries(jsonFieldsOf(name)).map(([field, type]) => [
    field,
    propertySchema(type, fieldsSaid[field] || inheritedText(type, descriptions)),
  ]);
  return {
    ...described(said),
    ...(fields.length > 0 || hasTypeMeta(name)
      ? { properties: { ...(hasTypeMeta(name) ? typeMetaProperties(fieldsSaid) : {}), ...Object.fromEntries(fields) } }
      : {}),
    ...(required.length > 0 ? { required } : {}),
    type: "object",
    ...(fact?.mapType ? { "x-kubernetes-map-type": fact.mapType } : {}),
  };
}

/** What embedded structs require, their parent requires. */
function requiredOf(name: string): string[] {
  const fact = typeFacts[name];
  const inherited = (fact?.inline ?? []).flatMap(({ of }) => (of.ref ? requiredOf(of.ref) : []));
  return [...(fact?.required ?? []), ...inherited];
}

function typeMetaProperties(said: Readonly<Record<string, string>>): Record<string, JsonSchema> {
  return {
    apiVersion: { ...described(said["apiVersion"] ?? ""), type: "string" },
    kind: { ...described(said["kind"] ?? ""), type: "string" },
  };
}

/** Of a field of which nothing is said itself, what is said of its type. */
function inheritedText({ ref, items }: FieldFact, descriptions: Descriptions): string {
  const name = ref ?? items?.ref;
  return name === undefined ? "" : (descriptions[name]?.[0] ?? "");
}

function propertySchema(fact: FieldFact, said: string): JsonSchema {
  const schema = valueSchema(fact);
  const fallback = fact.default ?? zeroOf(fact);
  const extra = {
    ...described(said),
    ...(fallback === undefined ? {} : { default: fallback }),
    ...extensionsOf(fact),
  };
  return withSiblings(schema, extra);
}

/** In OpenAPI v3 a reference stands alone: what else is said goes around it. */
function withSiblings(schema: JsonSchema, extra: JsonSchema): JsonSchema {
  if (schema["$ref"] === undefined) return { ...extra, ...schema };
  return Object.keys(extra).length === 0 ? schema : { allOf: [schema], ...extra };
}

function valueSchema(fact: FieldFact): JsonSchema {
  const { ref, items, additionalProperties, format, enum: values } = fact;
  const special = fact.goType === undefined ? undefined : specialNames[fact.goType];
  if (special !== undefined) return referenceTo(special);
  if (ref) return isKnown(ref) ? referenceTo(ref) : { type: "object" };
  if (items) return { items: elementSchema(items), type: "array" };
  if (typeof additionalProperties === "object") {
    return { additionalProperties: elementSchema(additionalProperties), type: "object" };
  }
  return {
    ...(values ? { enum: values } : {}),
    ...(format === undefined ? {} : { format }),
    type: fact.type ?? "object",
  };
}

function isKnown(name: string): boolean {
  return Object.hasOwn(typeFacts, name) || Object.hasOwn(specialSchemas, name);
}

function elementSchema(fact: FieldFact): JsonSchema {
  const fallback = zeroOf({ ...fact, omitempty: false });
  return withSiblings(valueSchema(fact), fallback === undefined ? {} : { default: fallback });
}

/** What Go has where nothing is set: told for whatever it always writes. */
function zeroOf({ ref, goType, type, format, pointer, omitempty, items, additionalProperties }: FieldFact): unknown {
  if (pointer || items || additionalProperties) return undefined;
  if (ref && Object.hasOwn(specialSchemas, ref)) return undefined;
  if (ref || (goType !== undefined && specialNames[goType] !== undefined)) return {};
  if (omitempty || format === "byte") return undefined;
  switch (type) {
    case "string":
      return "";
    case "boolean":
      return false;
    case "integer":
    case "number":
      return 0;
    default:
      return undefined;
  }
}

function extensionsOf(fact: FieldFact): JsonSchema {
  const { listMapKeys, listType, mapType, structType, patchMergeKey, patchStrategy } = fact;
  return {
    ...(listMapKeys ? { "x-kubernetes-list-map-keys": listMapKeys } : {}),
    ...(listType ? { "x-kubernetes-list-type": listType } : {}),
    ...((mapType ?? structType) ? { "x-kubernetes-map-type": mapType ?? structType } : {}),
    ...(patchMergeKey ? { "x-kubernetes-patch-merge-key": patchMergeKey } : {}),
    ...(patchStrategy ? { "x-kubernetes-patch-strategy": patchStrategy } : {}),
  };
}

function described(text: string): { description?: string } {
  return text === "" ? {} : { description: text };
}
