import { isNotFound } from "../../api/status.ts";
import type { Call } from "../call.ts";
import { readDeleteOptions } from "../delete-options.ts";
import { deleteObject } from "../lifecycle.ts";
import type { ApiResponse } from "../request.ts";
import { withDryRun } from "./delete.ts";
import { listResponse, pageOf } from "./list.ts";

/** DELETE of a collection: every object that the selectors pick. Answers with what was there. */
export async function deleteCollectionVerb(call: Call): Promise<ApiResponse> {
  const { route, registry } = call;
  const { resource } = route;
  const options = readDeleteOptions(call);
  const write = withDryRun(call, options);
  const { items: chosen } = pageOf(call);
  for (const { metadata } of chosen) {
    const key = { namespace: metadata.namespace ?? "", name: metadata.name };
    try {
      await deleteObject(registry, { resource, key, ofCollection: true }, options, write);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
  const metadata = { resourceVersion: String(registry.store.revision) };
  return listResponse(call, chosen, metadata);
}
