import type { Environment } from "@marcbachmann/cel-js";

import { type FieldFact, hasTypeMeta, jsonFieldsOf, typeFacts } from "../../api/type-facts.ts";
import { escaped } from "./values.ts";

/**
 * Makes a type of Kubernetes and all below it known to an environment, and names it there. A type within itself may be
 * anything.
 */
export function registerFact(environment: Environment, fullName: string): string {
  const known = new Map<string, string>();
  const typeOf = (name: string): string => {
    const before = known.get(name);
    if (before !== undefined) return before;
    const id = `fact${known.size}`;
    known.set(name, "dyn");
    const fields = Object.entries(jsonFieldsOf(name)).map(([field, fact]) => [escaped(field), fieldType(fact, typeOf)]);
    if (fields.length === 0) return "dyn";
    const meta = hasTypeMeta(name) ? { apiVersion: "string", kind: "string" } : {};
    environment.registerType(id, { schema: { ...meta, ...(Object.fromEntries(fields) as Record<string, string>) } });
    known.set(name, id);
    return id;
  };
  return typeOf(fullName);
}

function fieldType(fact: FieldFact, typeOf: (name: string) => string): string {
  const { type, ref, items, additionalProperties, preserve } = fact;
  if (preserve) return "dyn";
  if (ref !== undefined) return typeFacts[ref] ? typeOf(ref) : "dyn";
  switch (type) {
    case "boolean":
      return "bool";
    case "integer":
      return "int";
    case "number":
      return "double";
    case "string":
      return textType(fact);
    case "array":
      return `list<${items ? fieldType(items, typeOf) : "dyn"}>`;
    case "object":
      return typeof additionalProperties === "object"
        ? `map<string, ${fieldType(additionalProperties, typeOf)}>`
        : "dyn";
    default:
      return "dyn";
  }
}

function textType({ format, goType }: FieldFact): string {
  if (goType === "Time" || goType === "MicroTime") return "google.protobuf.Timestamp";
  if (goType === "IntOrString" || format === "int-or-string") return "dyn";
  return format === "byte" ? "bytes" : "string";
}
