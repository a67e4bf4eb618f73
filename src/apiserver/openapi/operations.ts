import { type ResourceDefinition } from "../../resources/definition.ts";
import { itemOperations } from "./item-operations.ts";
import {
  allows,
  anyBody,
  articled,
  deleting,
  groupWord,
  gvkOf,
  listing,
  type Operation,
  operationId,
  rootOf,
  selecting,
  writing,
} from "./operation.ts";
import { deleteOptionsName, listNameOf, schemaNameOf, statusName } from "./schema-names.ts";
import { subresourceOperations } from "./subresource-operations.ts";
import { watchOperations } from "./watch-operations.ts";

/** Everything that can be done with a resource. */
export function operationsOf(resource: ResourceDefinition): readonly Operation[] {
  const place = resource.namespaced ? "namespaces/{namespace}/" : "";
  const collection = `${rootOf(resource)}/${place}${resource.plural}`;
  const item = `${collection}/{name}`;
  return [
    ...collectionOperations(resource, collection),
    ...itemOperations(resource, item, ""),
    ...(resource.subresources ?? []).flatMap((subresource) => subresourceOperations(resource, item, subresource)),
    ...(resource.namespaced ? allNamespaces(resource) : []),
    ...watchOperations(resource),
  ];
}

function collectionOperations(resource: ResourceDefinition, path: string): Operation[] {
  const { kind } = resource;
  const gvk = gvkOf(resource);
  const name = schemaNameOf(resource);
  const operations: Operation[] = [];
  if (allows(resource, "list")) operations.push(listOperation(resource, path, operationId(resource, "list")));
  if (allows(resource, "create")) {
    operations.push({
      path,
      method: "post",
      id: operationId(resource, "create"),
      description: `create ${articled(kind)}`,
      action: "post",
      gvk,
      query: writing,
      body: name,
      bodyRequired: true,
      bodyTypes: anyBody,
      response: name,
      statuses: [200, 201, 202],
    });
  }
  if (allows(resource, "deletecollection")) {
    operations.push({
      path,
      method: "delete",
      id: operationId(resource, "delete").replace(groupWord(resource), `${groupWord(resource)}Collection`),
      description: `delete collection of ${kind}`,
      action: "deletecollection",
      gvk,
      query: [...new Set([...selecting, ...deleting])].toSorted(),
      body: deleteOptionsName,
      bodyTypes: anyBody,
      response: statusName,
      statuses: [200],
    });
  }
  return operations;
}

function listOperation(resource: ResourceDefinition, path: string, id: string): Operation {
  return {
    path,
    method: "get",
    id,
    description: `list or watch objects of kind ${resource.kind}`,
    action: "list",
    gvk: gvkOf(resource),
    query: listing,
    bodyTypes: anyBody,
    response: listNameOf(resource),
    statuses: [200],
  };
}

function allNamespaces(resource: ResourceDefinition): Operation[] {
  if (!allows(resource, "list")) return [];
  const id = `list${groupWord(resource)}${resource.kind}ForAllNamespaces`;
  return [listOperation(resource, `${rootOf(resource)}/${resource.plural}`, id)];
}
