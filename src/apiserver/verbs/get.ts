import type { Call } from "../call.ts";
import { objectResponse } from "../call.ts";
import { revisionOf, tooLargeRevision } from "../list-options.ts";
import type { ApiResponse } from "../request.ts";

/** GET of one object. Throws ApiError, also for a revision that is still to come. */
export function getVerb(call: Call): ApiResponse {
  const { route, registry, request } = call;
  const { revision } = registry.store;
  const asked = revisionOf(request.query);
  if (asked > revision) throw tooLargeRevision(asked, revision);
  const object = registry.get(route.resource, { namespace: route.namespace, name: route.name });
  return objectResponse(call, object);
}
