import { isMap } from "./json.ts";
import type { ListShape, MapShape, Shape } from "./shape.ts";

/** The OpenAPI v3 schema of a custom resource. */
export type OpenApiSchema = Readonly<Record<string, unknown>>;

/**
 * How a custom resource falls into fields: as its schema's `x-kubernetes-list-type` and `x-kubernetes-map-type` say.
 * https://kubernetes.io/docs/reference/using-api/server-side-apply/#merge-strategy
 */
export function schemaShape(schema: OpenApiSchema, metadata: Shape): MapShape {
  return wholeObject(valueShape(schema, metadata), metadata);
}

function wholeObject(shape: Shape, metadata: Shape): MapShape {
  const { declared, ...rest } = isMapShape(shape) ? shape : anyMap;
  const fixed: [string, Shape][] = [
    ["apiVersion", "leaf"],
    ["kind", "leaf"],
    ["metadata", metadata],
  ];
  return { ...rest, declared: new Map([...declared, ...fixed]) };
}

const anyMap: MapShape = { kind: "map", declared: new Map(), others: "any", zeros: new Map() };

/** `metadata` is the shape of the metadata of whole objects within. */
function valueShape(schema: OpenApiSchema, metadata: Shape): Shape {
  const { type, items } = schema;
  if (schema["x-kubernetes-int-or-string"]) return "leaf";
  if (type === "array") return isMap(items) ? listShape(schema, items, metadata) : "leaf";
  if (type === "object") {
    const shape = mapShape(schema, metadata);
    return schema["x-kubernetes-embedded-resource"] ? wholeObject(shape, metadata) : shape;
  }
  return schema["x-kubernetes-preserve-unknown-fields"] ? "any" : "leaf";
}

function mapShape(schema: OpenApiSchema, metadata: Shape): Shape {
  const { properties, additionalProperties } = schema;
  if (schema["x-kubernetes-map-type"] === "atomic") return "leaf";
  const fields = Object.entries(isMap(properties) ? properties : {});
  return {
    kind: "map",
    declared: new Map(fields.map(([name, property]) => [name, valueShape(property as OpenApiSchema, metadata)])),
    others: isMap(additionalProperties) ? valueShape(additionalProperties, metadata) : "any",
    isClosed: !additionalProperties && !schema["x-kubernetes-preserve-unknown-fields"],
    zeros: new Map(),
  };
}

/** Lists are atomic unless they say otherwise. */
function listShape(schema: OpenApiSchema, items: OpenApiSchema, metadata: Shape): ListShape | "leaf" {
  const itemShape = valueShape(items, metadata);
  switch (schema["x-kubernetes-list-type"]) {
    case "set":
      return { kind: "list", keys: [], keyDefaults: {}, items: itemShape };
    case "map": {
      const keys = (schema["x-kubernetes-list-map-keys"] ?? []) as readonly string[];
      return { kind: "list", keys: keys.toSorted(), keyDefaults: keyDefaults(items, keys), items: itemShape };
    }
    default:
      return "leaf";
  }
}

function keyDefaults({ properties }: OpenApiSchema, keys: readonly string[]): Record<string, unknown> {
  const fields = (properties ?? {}) as Readonly<Record<string, OpenApiSchema>>;
  return Object.fromEntries(
    keys.flatMap((key) => (fields[key]?.["default"] === undefined ? [] : [[key, fields[key]["default"]]])),
  );
}

function isMapShape(shape: Shape): shape is MapShape {
  return typeof shape === "object" && shape.kind === "map";
}
