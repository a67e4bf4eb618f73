import type { KubeObject } from "../../api/object.ts";
import { badRequest, methodNotAllowed, unknownError } from "../../api/status.ts";
import { readObject } from "../body.ts";
import { type Call, objectResponse, writeOptions } from "../call.ts";
import type { ApiResponse } from "../request.ts";

/** POST to a collection. */
export async function createVerb(call: Call): Promise<ApiResponse> {
  const { route, registry } = call;
  if (route.name !== "") throw methodNotAllowed();
  const given = readObject(call, route.resource);
  const { resourceVersion = "0" } = given.metadata;
  if (resourceVersion !== "0") throw unknownError("resourceVersion should not be set on objects to be created");
  const object = placed(given, call);
  const created = await registry.create(route.resource, object, writeOptions(call));
  return objectResponse(call, created, 201);
}

/** The namespace in the path holds; one in the object must be the same. */
function placed(object: KubeObject, { route }: Call): KubeObject {
  const { resource, namespace } = route;
  if (!resource.namespaced) return object;
  const own = object.metadata.namespace ?? "";
  if (namespace === "") throw methodNotAllowed();
  if (own !== "" && own !== namespace) throw wrongNamespace();
  return { ...object, metadata: { ...object.metadata, namespace } };
}

export function wrongNamespace(): Error {
  return badRequest("the namespace of the provided object does not match the namespace sent on the request");
}
