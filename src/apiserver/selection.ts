import type { KubeObject } from "../api/object.ts";
import { parseFieldSelector, parseLabelSelector } from "../api/selectors.ts";
import { badRequest } from "../api/status.ts";
import type { ResourceDefinition } from "../resources/definition.ts";

/** Which objects of a collection a request is about: label selector, field selector and name together. undefined: all. */
export function selectionOf(
  query: URLSearchParams,
  { resource, name }: { resource: ResourceDefinition; name: string },
): ((object: KubeObject) => boolean) | undefined {
  const labels = query.get("labelSelector");
  const fields = query.get("fieldSelector");
  const matchesLabels = labels ? parseLabelSelector(labels) : undefined;
  const matchesFields = fields ? fieldMatcher(fields, resource) : undefined;
  if (name === "" && !matchesLabels && !matchesFields) return undefined;
  return (object) =>
    (name === "" || object.metadata.name === name) &&
    (!matchesLabels || matchesLabels(object.metadata.labels ?? {})) &&
    (!matchesFields || matchesFields(object));
}

function fieldMatcher(text: string, resource: ResourceDefinition): (object: KubeObject) => boolean {
  const terms = parseFieldSelector(text).map(({ field, operator, value }) => {
    const read = fieldReader(field, resource);
    return (object: KubeObject): boolean => (read(object) === value) === (operator === "=");
  });
  return (object) => terms.every((term) => term(object));
}

function fieldReader(field: string, resource: ResourceDefinition): (object: KubeObject) => string {
  if (field === "metadata.name") return ({ metadata }) => metadata.name;
  if (field === "metadata.namespace" && resource.namespaced) return ({ metadata }) => metadata.namespace ?? "";
  const reader = resource.selectableFields?.[field];
  if (!reader) throw badRequest(`field label not supported: ${field}`);
  return reader;
}
