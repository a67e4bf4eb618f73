import { listKindOf, type ResourceDefinition } from "../../resources/definition.ts";
import { metaPackage } from "../schema/type-name.ts";
import { type JsonSchema, listNameOf, referenceTo, schemaNameOf } from "./schema-names.ts";
import { typeSchema } from "./type-schema.ts";

/** Which OpenAPI documents: custom resources are told of less in v2, for which clients take too strictly what is said. */
export type DocumentVersion = "v2" | "v3";

type Schemas = Readonly<Record<string, JsonSchema>>;

/** The schemas of custom resources and of lists of them, by name. */
export function customSchemas(
  resources: readonly ResourceDefinition[],
  version: DocumentVersion,
): Map<string, JsonSchema> {
  const schemas = new Map<string, JsonSchema>();
  for (const resource of resources) {
    if (resource.type !== undefined) continue;
    schemas.set(schemaNameOf(resource), customSchema(resource, version));
    schemas.set(listNameOf(resource), customListSchema(resource));
  }
  return schemas;
}

const anything: JsonSchema = { type: "object", "x-kubernetes-preserve-unknown-fields": true };

/** Whatever a custom resource says of them, apiVersion, kind and metadata are those of every object. */
function customSchema({ openApiSchema = anything }: ResourceDefinition, version: DocumentVersion): JsonSchema {
  // Clients of v2 would take any field for unknown that is not named.
  if (version === "v2" && keepsUnknown(openApiSchema)) return { type: "object" };
  const schema = published(openApiSchema, version);
  return { ...schema, properties: { ...propertiesOf(schema), ...objectProperties("ObjectMeta") } };
}

/** What definitions may say but the API server does not keep. */
const notKept = new Set(["$schema", "example", "externalDocs", "id"]);

/** What v2 has no word for. */
const onlyV3 = new Set([...notKept, "allOf", "anyOf", "not", "nullable", "oneOf"]);

function published(schema: JsonSchema, version: DocumentVersion): JsonSchema {
  const dropped = version === "v2" ? onlyV3 : notKept;
  const kept = Object.entries(schema).filter(([word, value]) => !dropped.has(word) && value !== undefined);
  const shown = Object.fromEntries(kept.map(([word, value]) => [word, publishedWord(word, value, version)]));
  return withEmbedded(version === "v2" ? vague(schema, shown) : shown, version);
}

function publishedWord(word: string, value: unknown, version: DocumentVersion): unknown {
  switch (word) {
    case "properties":
      return Object.fromEntries(
        Object.entries(value as Schemas).map(([name, schema]) => [name, published(schema, version)]),
      );
    case "items":
    case "additionalProperties":
      return typeof value === "object" && value !== null ? published(value as JsonSchema, version) : value;
    default:
      return value;
  }
}

/** What may be null, or hold what is not named, has no type in v2: kubectl would refuse it. */
function vague(schema: JsonSchema, { properties, items, type, required, ...others }: JsonSchema): JsonSchema {
  const isFree = schema["nullable"] === true || keepsUnknown(schema);
  const kept = isFree ? {} : { ...(properties ? { properties } : {}), ...(items ? { items } : {}) };
  const isTyped = type !== undefined && schema["nullable"] !== true && !(isFree && type === "object");
  const needed = neededInV2(schema, required);
  return {
    ...others,
    ...kept,
    ...(needed.length > 0 ? { required: needed } : {}),
    ...(isTyped && !(type === "array" && !("items" in kept)) ? { type } : {}),
  };
}

function neededInV2(schema: JsonSchema, required: unknown): string[] {
  const { additionalProperties } = schema as { additionalProperties?: JsonSchema | boolean };
  if (typeof additionalProperties === "object" && additionalProperties["nullable"] === true) return [];
  const properties = propertiesOf(schema);
  return ((required ?? []) as string[]).filter((name) => properties[name]?.["nullable"] !== true);
}

/** An embedded resource has what every object has. */
function withEmbedded(schema: JsonSchema, version: DocumentVersion): JsonSchema {
  if (schema["x-kubernetes-embedded-resource"] !== true || (version === "v2" && keepsUnknown(schema))) return schema;
  const required = (schema["required"] ?? []) as string[];
  return {
    ...schema,
    properties: { ...propertiesOf(schema), ...objectProperties("ObjectMeta") },
    required: [...new Set([...required, "kind", "apiVersion"])],
  };
}

function customListSchema(resource: ResourceDefinition): JsonSchema {
  const items = {
    description: `List of ${resource.plural}. More info: ${conventions}`,
    items: referenceTo(schemaNameOf(resource)),
    type: "array",
  };
  return {
    description: `${listKindOf(resource)} is a list of ${resource.kind}`,
    properties: { ...objectProperties("ListMeta"), items },
    required: ["items"],
    type: "object",
  };
}

const conventions = "https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md";

const metadataTexts = {
  ObjectMeta: `Standard object's metadata. More info: ${conventions}#metadata`,
  ListMeta: `Standard list metadata. More info: ${conventions}#types-kinds`,
};

function objectProperties(meta: "ObjectMeta" | "ListMeta"): Record<string, JsonSchema> {
  const { apiVersion, kind } = typeSchema("io.k8s.api.core.v1.Namespace")["properties"] as Record<string, JsonSchema>;
  return {
    ...(apiVersion ? { apiVersion } : {}),
    ...(kind ? { kind } : {}),
    metadata: { allOf: [referenceTo(`${metaPackage}.${meta}`)], description: metadataTexts[meta] },
  };
}

function propertiesOf(schema: JsonSchema): Schemas {
  return (schema["properties"] ?? {}) as Schemas;
}

function keepsUnknown(schema: JsonSchema): boolean {
  return schema["x-kubernetes-preserve-unknown-fields"] === true;
}
