import type { DeleteOptions } from "../../api/types.gen.ts";
import { type Call, objectResponse, writeOptions } from "../call.ts";
import { readDeleteOptions } from "../delete-options.ts";
import { deleteObject, type Deletion } from "../lifecycle.ts";
import type { WriteOptions } from "../registry.ts";
import type { ApiResponse } from "../request.ts";
import { jsonResponse } from "../response.ts";

/** Kinds whose DELETE answers with the object even when it has gone. */
const returnsObject = new Set([
  "Pod",
  "PodTemplate",
  "PersistentVolume",
  "PersistentVolumeClaim",
  "ResourceQuota",
  "ServiceAccount",
]);

/** DELETE of one object. */
export async function deleteVerb(call: Call): Promise<ApiResponse> {
  const { route, registry } = call;
  const options = readDeleteOptions(call);
  const deletion = await deleteObject(
    registry,
    { resource: route.resource, key: { namespace: route.namespace, name: route.name } },
    options,
    withDryRun(call, options),
  );
  // As upstream, which says so to those alone that ask for their dependents to go in the old words.
  const isAccepted = !deletion.gone && options.orphanDependents === false;
  return answer(call, deletion, isAccepted ? 202 : 200);
}

/** Asked for in the query or in the body. */
export function withDryRun(call: Call, { dryRun = [] }: DeleteOptions): WriteOptions {
  const options = writeOptions(call);
  return { ...options, dryRun: options.dryRun === true || dryRun.length > 0 };
}

function answer(call: Call, { object, gone }: Deletion, status: number): ApiResponse {
  const { resource } = call.route;
  if (!gone || returnsObject.has(resource.kind)) return objectResponse(call, object, status);
  const { name, uid } = object.metadata;
  const group = resource.group ? { group: resource.group } : {};
  return jsonResponse({
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Success",
    details: { name, ...group, kind: resource.plural, uid },
  });
}
