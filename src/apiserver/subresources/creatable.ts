import type { KubeObject } from "../../api/object.ts";
import { methodNotAllowed } from "../../api/status.ts";
import { fieldValidationOf } from "../body.ts";
import { writeOptions } from "../call.ts";
import { jsonResponse } from "../response.ts";
import { decodeObject } from "../schema/decode.ts";
import { shapeObject } from "../schema/schema.ts";
import type { SubresourceHandler } from "./handlers.ts";
import type { SubresourceTable } from "./subresource.ts";

const types: Readonly<Record<string, string>> = {
  binding: "io.k8s.api.core.v1.Binding",
  eviction: "io.k8s.api.policy.v1.Eviction",
  token: "io.k8s.api.authentication.v1.TokenRequest",
};

/** Evictions of older clients say policy/v1beta1; what is in them is the same. */
function inOneVersion(object: KubeObject): KubeObject {
  return object.kind === "Eviction" ? { ...object, apiVersion: "policy/v1" } : object;
}

/** Serves over HTTP what `SubresourceTable` holds. */
export function creatableHandlers(table: SubresourceTable): readonly SubresourceHandler[] {
  return Object.entries(types).map(([subresource, type]) => ({
    subresource,
    serves: (resource) => table.has(resource, subresource),
    async handle(call) {
      const { request, route, registry } = call;
      if (route.verb !== "create") throw methodNotAllowed();
      const { object, complaints } = decodeObject(
        request.body,
        request.headers["content-type"],
        type.split(".").at(-1),
      );
      const shaped = shapeObject(type, object, fieldValidationOf(call), complaints);
      call.warnings.push(...shaped.warnings);
      const body = inOneVersion({ metadata: { name: route.name }, ...shaped.object } as unknown as KubeObject);
      const key = { namespace: route.namespace, name: route.name };
      const options = writeOptions(call);
      const created = await table.create({ registry, resource: route.resource, key, subresource, body, options });
      return jsonResponse(created, 201);
    },
  }));
}
