import type { ResourceDefinition } from "../../resources/definition.ts";
import {
  allows,
  anyBody,
  articled,
  deleting,
  type GroupVersionKind,
  gvkOf,
  type Operation,
  operationId,
  writing,
} from "./operation.ts";
import { deleteOptionsName, patchName, schemaNameOf, statusName } from "./schema-names.ts";

/** What is at a path: the object itself, or what a subresource shows of it. */
export interface Item {
  readonly gvk: GroupVersionKind;
  readonly name: string;
  readonly what: string;
}

/** `suffix` is "" for the object itself, else the subresource: `Status`. */
export function itemOperations(resource: ResourceDefinition, path: string, suffix: string, as?: Item): Operation[] {
  const { gvk, name, what } = as ?? { gvk: gvkOf(resource), name: schemaNameOf(resource), what: resource.kind };
  const common = { path, gvk, bodyTypes: anyBody, response: name };
  const operations: Operation[] = [];
  if (allows(resource, "get")) {
    const [id, description] = [operationId(resource, "read", suffix), `read the specified ${what}`];
    operations.push({ ...common, method: "get", id, description, action: "get", query: [], statuses: [200] });
  }
  if (allows(resource, "update")) {
    const [id, description] = [operationId(resource, "replace", suffix), `replace the specified ${what}`];
    const body = { body: name, bodyRequired: true, query: writing, statuses: [200, 201] };
    operations.push({ ...common, ...body, method: "put", id, description, action: "put" });
  }
  if (allows(resource, "patch")) operations.push(patchOperation(resource, path, suffix, { gvk, name, what }));
  if (allows(resource, "delete") && suffix === "") {
    const [id, description] = [operationId(resource, "delete"), `delete ${articled(what)}`];
    const body = { body: deleteOptionsName, query: deleting, statuses: [200, 202] };
    operations.push({ ...common, ...body, method: "delete", id, description, action: "delete", response: statusName });
  }
  return operations;
}

/** Custom resources have no merge keys: strategic patches are for the types that do. */
function patchOperation(resource: ResourceDefinition, path: string, suffix: string, as: Item): Operation {
  return {
    path,
    method: "patch",
    id: operationId(resource, "patch", suffix),
    description: `partially update the specified ${as.what}`,
    action: "patch",
    gvk: as.gvk,
    query: [...writing, "force"],
    body: patchName,
    bodyRequired: true,
    bodyTypes: [
      "application/apply-patch+yaml",
      "application/json-patch+json",
      "application/merge-patch+json",
      ...(resource.type === undefined ? [] : ["application/strategic-merge-patch+json"]),
    ],
    response: as.name,
    statuses: [200, 201],
  };
}
