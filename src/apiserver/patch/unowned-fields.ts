import { has, type ResourceDefinition } from "../../resources/definition.ts";
import { type FieldSet, member } from "./fields-v1.ts";

const serverFields = ["creationTimestamp", "generation", "managedFields", "name", "namespace", "resourceVersion"];

/** What identifies an object or is the server's own: in nobody's entry. */
export const unowned: FieldSet = {
  "f:apiVersion": member,
  "f:kind": member,
  "f:metadata": {
    ".": member,
    ...Object.fromEntries([...serverFields, "selfLink", "uid"].map((field) => [`f:${field}`, member])),
  },
};

/** Top-level fields that a write by this path cannot change: an object's status by its main path, and the reverse. */
export function resetFields(resource: ResourceDefinition, subresource: string): readonly string[] {
  if (subresource === "status") return ["spec"];
  return subresource === "" && has(resource, "status") ? ["status"] : [];
}

export function reset(set: FieldSet, fields: readonly string[]): FieldSet {
  if (!fields.some((field) => `f:${field}` in set)) return set;
  return Object.fromEntries(Object.entries(set).filter(([element]) => !fields.includes(element.slice(2))));
}
