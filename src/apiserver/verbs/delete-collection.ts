import { isNotFound } from "../../api/status.ts";
import { readDeleteOptions } from "../body.ts";
import { type Call, dryRunAsked, writeOptions } from "../call.ts";
import { deleteObject } from "../lifecycle.ts";
import type { ApiResponse } from "../request.ts";
import { textResponse } from "../response.ts";
import { selectionOf } from "../selection.ts";
import { serializeList } from "../serialize.ts";
import { apiVersionOf, listKindOf } from "../../resources/definition.ts";

/** DELETE of a collection: every object that the selectors pick. Answers with what was there. */
export async function deleteCollectionVerb(call: Call): Promise<ApiResponse> {
  const { route, registry, request } = call;
  const { resource } = route;
  const options = readDeleteOptions(call);
  const write = { ...writeOptions(call), dryRun: dryRunAsked(request, options) };
  const matches = selectionOf(request.query, route);
  const chosen = registry.list(resource, route.namespace || undefined).filter((object) => matches(object));
  for (const { metadata } of chosen) {
    const key = { namespace: metadata.namespace ?? "", name: metadata.name };
    try {
      await deleteObject(registry, { resource, key }, options, write);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
  const metadata = { resourceVersion: String(registry.store.revision) };
  return textResponse(serializeList({ apiVersion: apiVersionOf(resource), kind: listKindOf(resource), metadata }, chosen));
}
