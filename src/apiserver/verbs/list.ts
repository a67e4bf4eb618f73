import type { KubeObject } from "../../api/object.ts";
import { type ApiError, expired } from "../../api/status.ts";
import { apiVersionOf, listKindOf } from "../../resources/definition.ts";
import { CompactedError } from "../../storage/store-event.ts";
import { type Call, representOptions } from "../call.ts";
import { writeContinuation } from "../continue-token.ts";
import { type ListOptions, readListOptions } from "../list-options.ts";
import { mediaTypeOf, type RepresentOptions } from "../representation.ts";
import type { ApiResponse } from "../request.ts";
import { contentResponse } from "../response.ts";
import { selectionOf } from "../selection.ts";
import { protobufList, protobufPartialList } from "../serialize-protobuf.ts";
import { serializeList, serializePartialList } from "../serialize.ts";
import { serializeTable } from "../table.ts";

/** Some of a collection, and what a list says of itself. */
export interface Page {
  readonly items: readonly KubeObject[];
  readonly metadata: Readonly<Record<string, unknown>>;
}

/**
 * GET of a collection, in chunks if `limit` asks for it.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks
 */
export function listVerb(call: Call): ApiResponse {
  const { items, metadata } = pageOf(call);
  return listResponse(call, items, metadata);
}

/** Objects and what their list says of itself, in the shape that is wanted. Throws ApiError. */
export function listResponse(call: Call, items: Page["items"], metadata: Page["metadata"]): ApiResponse {
  const options = representOptions(call);
  return contentResponse(listBody(items, metadata, options), mediaTypeOf(options.wanted));
}

/** The objects that a query picks, up to its limit. Throws ApiError. */
export function pageOf(call: Call): Page {
  const { request, route, registry } = call;
  const { query } = request;
  const options = readListOptions(query, registry.store.revision);
  const matches = selectionOf(query, route);
  const all = stateOf(call, options);
  const chosen = matches ? all.filter((object) => matches(object)) : all;
  const { limit, continuation } = options;
  const rest = continuation ? chosen.filter((object) => isAfter(object, continuation.after)) : chosen;
  const items = limit > 0 && limit < rest.length ? rest.slice(0, limit) : rest;
  const revision = options.at ?? registry.store.revision;
  const metadata: Record<string, unknown> = { resourceVersion: String(revision) };
  const last = items.at(-1);
  if (last && items.length < rest.length) {
    metadata["continue"] = writeContinuation({ revision, after: idOf(last) });
    if (!query.get("labelSelector") && !query.get("fieldSelector")) {
      metadata["remainingItemCount"] = rest.length - items.length;
    }
  }
  return { items, metadata };
}

function stateOf({ route, registry }: Call, { at, continuation }: ListOptions): readonly KubeObject[] {
  const namespace = route.namespace || undefined;
  if (at === undefined) return registry.list(route.resource, namespace);
  try {
    return registry.listAt(route.resource, at, namespace);
  } catch (error) {
    if (!(error instanceof CompactedError)) throw error;
    if (!continuation) throw expired(`The provided resource version is too old: ${at} (${error.oldest})`);
    throw tooOldToContinue(continuation.after);
  }
}

/** The Status has a token for those who would rather go on with what there is now. */
function tooOldToContinue(after: string): ApiError {
  return expired(
    "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.",
    writeContinuation({ revision: -1, after }),
  );
}

function listBody(
  items: readonly KubeObject[],
  metadata: Readonly<Record<string, unknown>>,
  options: RepresentOptions,
): string | Uint8Array {
  const { wanted, resource } = options;
  const isProtobuf = wanted.encoding === "protobuf";
  switch (wanted.as) {
    case "object": {
      const head = { apiVersion: apiVersionOf(resource), kind: listKindOf(resource), metadata };
      return isProtobuf ? protobufList(head, items, resource) : serializeList(head, items);
    }
    case "metadata": {
      const head = { apiVersion: `meta.k8s.io/${wanted.version}`, kind: "PartialObjectMetadataList", metadata };
      return isProtobuf ? protobufPartialList(head, items) : serializePartialList(head, items, wanted.version);
    }
    case "table":
      return serializeTable(items, { ...options, metadata, version: wanted.version });
  }
}

function idOf({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? ""}/${metadata.name}`;
}

/** In the order of the store: namespaces first, then names. */
function isAfter({ metadata }: KubeObject, id: string): boolean {
  const slash = id.indexOf("/");
  const [namespace, name] = [id.slice(0, slash), id.slice(slash + 1)];
  const own = metadata.namespace ?? "";
  return own === namespace ? metadata.name > name : own > namespace;
}
