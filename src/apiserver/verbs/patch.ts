import type { KubeObject, ObjectKey } from "../../api/object.ts";
import { badRequest, conflict } from "../../api/status.ts";
import { apiVersionOf } from "../../resources/definition.ts";
import { timestamp } from "../../sim/clock.ts";
import { shapedObject } from "../body.ts";
import { type Call, managerOf, objectResponse, writeOptions } from "../call.ts";
import { applyPatch, applyType } from "../patch/patch.ts";
import { checkApplied } from "../patch/applied-check.ts";
import { serverSideApply } from "../patch/server-side-apply.ts";
import { shapeOf } from "../patch/shape.ts";
import { resetFields } from "../patch/unowned-fields.ts";
import type { ApiResponse } from "../request.ts";
import { decodeObject } from "../schema/decode.ts";
import { readWriteQuery } from "../write-query.ts";
import { type Narrow, updateOptions } from "./update.ts";

/** PATCH: JSON, merge and strategic merge patches, and server-side apply. */
export async function patchVerb(call: Call, narrow: Narrow = (_, wanted) => wanted): Promise<ApiResponse> {
  const { request, route, registry } = call;
  const contentType = (request.headers["content-type"] ?? "").split(";", 1)[0] ?? "";
  if (contentType === applyType) return applyVerb(call, narrow);
  const options = updateOptions(call);
  const key = { namespace: route.namespace, name: route.name };
  const change = (current: KubeObject): KubeObject => {
    const patched = applyPatch({ contentType, patch: request.body, current, typeName: route.resource.type });
    return narrow(current, withoutVersion(shapedObject(call, route.resource, patched), current));
  };
  const updated = await registry.update(route.resource, key, change, options);
  return objectResponse(call, updated);
}

/** A patch that does not speak of the resourceVersion is made again when someone else was faster. */
function withoutVersion(object: KubeObject, current: KubeObject): KubeObject {
  if (object.metadata.resourceVersion !== current.metadata.resourceVersion) return object;
  const { resourceVersion: _, ...rest } = object.metadata;
  return { ...object, metadata: rest };
}

/** https://kubernetes.io/docs/reference/using-api/server-side-apply/ */
async function applyVerb(call: Call, narrow: Narrow): Promise<ApiResponse> {
  const { request, route, registry } = call;
  const write = updateOptions(call);
  const key = { namespace: route.namespace, name: route.name };
  const { object: given, duplicates } = decodeObject(request.body, "application/yaml");
  checkApplied(shapeOf(route.resource.type, route.resource.openApiSchema), given);
  const applied = shapedObject(call, route.resource, given, duplicates);
  if (applied.metadata.managedFields) throw badRequest("metadata.managedFields must be nil");
  if (!route.subresource && !registry.find(route.resource, key)) return createByApply(call, key, applied);
  let managedFields: KubeObject["metadata"]["managedFields"] = [];
  const change = (current: KubeObject): KubeObject => {
    const result = apply(call, current, applied);
    managedFields = result.managedFields;
    return narrow(current, withoutVersion(result.object, current));
  };
  const options = {
    ...write,
    get managedFields() {
      return managedFields;
    },
  };
  const updated = await registry.update(route.resource, key, change, options);
  return objectResponse(call, updated);
}

async function createByApply(call: Call, key: ObjectKey, applied: KubeObject): Promise<ApiResponse> {
  const { route, registry } = call;
  const { uid } = applied.metadata;
  if (uid) {
    const why = `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`;
    throw conflict(route.resource, key.name, why);
  }
  const { object, managedFields } = apply(call, undefined, applied);
  const place = route.resource.namespaced ? { namespace: key.namespace } : {};
  const placed: KubeObject = { ...object, metadata: { ...object.metadata, name: key.name, ...place } };
  const created = await registry.create(route.resource, placed, { ...writeOptions(call), managedFields });
  return objectResponse(call, created, 201);
}

function apply(
  { request, route, registry }: Call,
  current: KubeObject | undefined,
  applied: KubeObject,
): { object: KubeObject; managedFields: NonNullable<KubeObject["metadata"]["managedFields"]> } {
  const result = serverSideApply({
    current,
    applied: applied as unknown as Record<string, unknown>,
    manager: managerOf(request),
    force: readWriteQuery(request, route.verb).force,
    typeName: route.resource.type,
    schema: route.resource.openApiSchema,
    apiVersion: apiVersionOf(route.resource),
    subresource: route.subresource,
    now: timestamp(registry.clock),
    resets: resetFields(route.resource, route.subresource),
  });
  return { object: result.object as unknown as KubeObject, managedFields: result.managedFields };
}
