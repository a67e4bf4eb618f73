import type { ResourceDefinition } from "../../resources/definition.ts";
import { allows, anyBody, groupWord, gvkOf, listing, type Operation, operationId, rootOf } from "./operation.ts";
import { watchEventName } from "./schema-names.ts";

/**
 * Watches as they were asked for before there was `?watch=true`. Clients that read the document to know what there is
 * look for them; custom resources have none.
 */
export function watchOperations(resource: ResourceDefinition): Operation[] {
  if (resource.type === undefined || !allows(resource, "watch")) return [];
  const { kind, namespaced, plural } = resource;
  const root = `${rootOf(resource)}/watch`;
  const collection = namespaced ? `${root}/namespaces/{namespace}/${plural}` : `${root}/${plural}`;
  const ofList = `watch individual changes to a list of ${kind}. deprecated: use the 'watch' parameter with a list`;
  const ofObject = `watch changes to an object of kind ${kind}. deprecated: list with 'watch' and a 'fieldSelector'`;
  const everywhere = `watch${groupWord(resource)}${kind}ListForAllNamespaces`;
  const operation = (path: string, id: string, action: string): Operation => ({
    path,
    method: "get",
    id,
    description: action === "watch" ? ofObject : ofList,
    action,
    gvk: gvkOf(resource),
    query: listing,
    bodyTypes: anyBody,
    response: watchEventName,
    statuses: [200],
  });
  return [
    operation(collection, operationId(resource, "watch", "List"), "watchlist"),
    ...(allows(resource, "get") ? [operation(`${collection}/{name}`, operationId(resource, "watch"), "watch")] : []),
    ...(namespaced ? [operation(`${root}/${plural}`, everywhere, "watchlist")] : []),
  ];
}
