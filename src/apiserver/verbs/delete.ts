import { readDeleteOptions } from "../body.ts";
import { type Call, dryRunAsked, representOptions, writeOptions } from "../call.ts";
import { deleteObject, type Deletion } from "../lifecycle.ts";
import { represent } from "../representation.ts";
import type { ApiResponse } from "../request.ts";
import { jsonResponse, textResponse } from "../response.ts";

/** Kinds whose DELETE answers with the object even when it has gone. */
const returnsObject = new Set(["Pod", "PodTemplate", "PersistentVolume", "PersistentVolumeClaim", "ResourceQuota", "ServiceAccount"]);

/** DELETE of one object. */
export async function deleteVerb(call: Call): Promise<ApiResponse> {
  const { route, registry, request } = call;
  const options = readDeleteOptions(call);
  const deletion = await deleteObject(
    registry,
    { resource: route.resource, key: { namespace: route.namespace, name: route.name } },
    options,
    { ...writeOptions(call), dryRun: dryRunAsked(request, options) },
  );
  return answer(call, deletion);
}

function answer(call: Call, { object, gone }: Deletion): ApiResponse {
  const { resource } = call.route;
  if (!gone || returnsObject.has(resource.kind)) return textResponse(represent(object, representOptions(call)));
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
