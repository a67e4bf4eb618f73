import type { Call } from "../call.ts";
import { representOptions } from "../call.ts";
import { represent } from "../representation.ts";
import type { ApiResponse } from "../request.ts";
import { textResponse } from "../response.ts";

/** GET of one object. */
export function getVerb(call: Call): ApiResponse {
  const { route, registry } = call;
  const object = registry.get(route.resource, { namespace: route.namespace, name: route.name });
  return textResponse(represent(object, representOptions(call)));
}
