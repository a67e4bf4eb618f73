import type { KubeObject } from "../../api/object.ts";
import { conflict, methodNotAllowed } from "../../api/status.ts";
import { has } from "../../resources/definition.ts";
import { scaleOf, withReplicas } from "../../resources/scale.ts";
import { shapeScale } from "../body.ts";
import { type Call, writeOptions } from "../call.ts";
import { applyPatch } from "../patch/patch.ts";
import { jsonResponse } from "../response.ts";
import { decodeObject } from "../schema/decode.ts";
import type { SubresourceHandler } from "./handlers.ts";

const scaleType = "io.k8s.api.autoscaling.v1.Scale";

/** How many, and nothing else. https://kubernetes.io/docs/reference/using-api/api-concepts/ */
export const scaleHandler: SubresourceHandler = {
  subresource: "scale",
  serves: (resource) => has(resource, "scale"),

  async handle(call) {
    const { route, registry, request } = call;
    const key = { namespace: route.namespace, name: route.name };
    const { resource } = route;
    switch (route.verb) {
      case "get":
        return jsonResponse(scaleOf(registry.get(resource, key), resource.scalePaths));
      case "update": {
        const scale = shapeScale(call, decodeObject(request.body, request.headers["content-type"], "Scale").object);
        return jsonResponse(await write(call, () => scale));
      }
      case "patch": {
        const contentType = (request.headers["content-type"] ?? "").split(";", 1)[0] ?? "";
        return jsonResponse(
          await write(call, (current) =>
            shapeScale(call, applyPatch({ contentType, patch: request.body, current, typeName: scaleType })),
          ),
        );
      }
      default:
        throw methodNotAllowed();
    }
  },
};

async function write(call: Call, change: (scale: KubeObject) => KubeObject): Promise<KubeObject> {
  const { route, registry } = call;
  const updated = await registry.update(
    route.resource,
    { namespace: route.namespace, name: route.name },
    (current) => {
      const scale = change(scaleOf(current, route.resource.scalePaths));
      const { resourceVersion } = scale.metadata;
      if (resourceVersion && resourceVersion !== current.metadata.resourceVersion) {
        throw conflict(
          route.resource,
          route.name,
          "the object has been modified; please apply your changes to the latest version and try again",
        );
      }
      return withReplicas(current, scale, route.resource.scalePaths);
    },
    { ...writeOptions(call), subresource: "scale" },
  );
  return scaleOf(updated, route.resource.scalePaths);
}
