import type { Environment } from "@marcbachmann/cel-js";

import type { StructuralSchema } from "../custom-resources/structural-schema.ts";
import { escaped } from "./values.ts";

/**
 * Makes the types of a schema known to an environment, and names the type of its root.
 * https://kubernetes.io/docs/reference/using-api/cel/#type-system-integration
 */
export function registerSchema(environment: Environment, schema: StructuralSchema, isObject: boolean): string {
  let count = 0;
  const typeOf = (part: StructuralSchema | undefined, isWhole = false): string => {
    switch (part?.type) {
      case "boolean":
        return "bool";
      case "integer":
        return "int";
      case "number":
        return "double";
      case "string":
        return textTypes[part.format ?? ""] ?? "string";
      case "array":
        return `list<${typeOf(part.items)}>`;
      case "object":
        return objectType(part, isWhole || part["x-kubernetes-embedded-resource"] === true);
      default:
        return "dyn";
    }
  };
  const objectType = (part: StructuralSchema, isWhole: boolean): string => {
    const { properties, additionalProperties } = part;
    if (typeof additionalProperties === "object") return `map<string, ${typeOf(additionalProperties)}>`;
    if (part["x-kubernetes-preserve-unknown-fields"] || additionalProperties) return "dyn";
    if (!properties && !isWhole) return "dyn";
    const fields = Object.entries({ ...properties, ...(isWhole ? wholeObject : {}) });
    const name = `schema${count++}`;
    const types = fields.map(([field, below]) => [escaped(field), typeOf(below)]);
    environment.registerType(name, { schema: Object.fromEntries(types) as Record<string, string> });
    return name;
  };
  return typeOf(schema, isObject);
}

/** Texts that are read; all others stay what they are. */
const textTypes: Readonly<Record<string, string>> = {
  date: "google.protobuf.Timestamp",
  "date-time": "google.protobuf.Timestamp",
};

const text: StructuralSchema = { type: "string" };

/** What rules can see of an object beside what its schema says. */
const wholeObject: Readonly<Record<string, StructuralSchema>> = {
  apiVersion: text,
  kind: text,
  metadata: { type: "object", properties: { name: text, generateName: text } },
};
