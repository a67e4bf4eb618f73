import type { KubeObject, ManagedFields } from "../../api/object.ts";
import { conflict, methodNotAllowed } from "../../api/status.ts";
import { apiVersionOf, has } from "../../resources/definition.ts";
import { scaleOf, withReplicas } from "../../resources/scale.ts";
import { timestamp } from "../../sim/clock.ts";
import { shapeScale } from "../body.ts";
import { type Call, managerOf, writeOptions } from "../call.ts";
import { scaleView } from "../object-view.ts";
import { applyPatch, applyType, patchTypeOf } from "../patch/patch.ts";
import { entriesOfScale, entriesOfScaled, replicasOfScale } from "../patch/scale-managers.ts";
import { serverSideApply } from "../patch/server-side-apply.ts";
import { jsonResponse } from "../response.ts";
import { decodeObject } from "../schema/decode.ts";
import { readWriteQuery } from "../write-query.ts";
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
        return jsonResponse(await write(call, () => ({ scale })));
      }
      case "patch":
        return jsonResponse(await write(call, patchOf(call)));
      default:
        throw methodNotAllowed();
    }
  },
};

/** A Scale as it is wanted, and who owns the fields of what is scaled if the change itself says so. */
interface ScaleChange {
  readonly scale: KubeObject;
  readonly managedFields?: readonly ManagedFields[];
}

async function write(call: Call, change: (current: KubeObject) => ScaleChange): Promise<KubeObject> {
  const { route, registry } = call;
  let managedFields: ScaleChange["managedFields"];
  const updated = await registry.update(
    route.resource,
    { namespace: route.namespace, name: route.name },
    (current) => {
      const wanted = change(current);
      managedFields = wanted.managedFields;
      requireVersion(call, wanted.scale, current);
      return withReplicas(current, wanted.scale, route.resource.scalePaths);
    },
    {
      ...writeOptions(call),
      subresource: "scale",
      view: scaleView(route.resource),
      // Known only when the change has been made.
      get managedFields() {
        return managedFields;
      },
    },
  );
  return scaleOf(updated, route.resource.scalePaths);
}

function requireVersion({ route }: Call, scale: KubeObject, current: KubeObject): void {
  const { resourceVersion } = scale.metadata;
  if (!resourceVersion || resourceVersion === current.metadata.resourceVersion) return;
  throw conflict(
    route.resource,
    route.name,
    "the object has been modified; please apply your changes to the latest version and try again",
  );
}

function patchOf(call: Call): (current: KubeObject) => ScaleChange {
  const { request, route } = call;
  const contentType = patchTypeOf(request.headers["content-type"], route.resource.type && scaleType);
  if (contentType === applyType) return applyOf(call);
  return (object) => {
    const current = scaleOf(object, route.resource.scalePaths);
    return { scale: shapeScale(call, applyPatch({ contentType, patch: request.body, current, typeName: scaleType })) };
  };
}

/** Server-side apply of a Scale. https://kubernetes.io/docs/reference/using-api/server-side-apply/ */
function applyOf(call: Call): (current: KubeObject) => ScaleChange {
  const { request, route, registry } = call;
  const { resource } = route;
  const applied = shapeScale(call, decodeObject(request.body, "application/yaml").object);
  const replicas = {
    path: resource.scalePaths?.specReplicas ?? replicasOfScale.path,
    apiVersion: apiVersionOf(resource),
  };
  return (object) => {
    const { managedFields = [] } = object.metadata;
    const scale = scaleOf(object, resource.scalePaths);
    const result = serverSideApply({
      current: { ...scale, metadata: { ...scale.metadata, managedFields: entriesOfScale(managedFields, replicas) } },
      applied: applied as unknown as Record<string, unknown>,
      manager: managerOf(request),
      force: readWriteQuery(request, route.verb).force,
      typeName: scaleType,
      apiVersion: replicasOfScale.apiVersion,
      subresource: "scale",
      now: timestamp(registry.clock),
    });
    return {
      scale: result.object as unknown as KubeObject,
      managedFields: entriesOfScaled(managedFields, result.managedFields, replicas),
    };
  };
}
