import type { KubeObject, ObjectKey } from "../../api/object.ts";
import { badRequest, conflict } from "../../api/status.ts";
import { YamlError } from "../../api/yaml.ts";
import { apiVersionOf } from "../../resources/definition.ts";
import { timestamp } from "../../sim/clock.ts";
import { fieldValidationOf, patchedObject, shapedObject } from "../body.ts";
import { type Call, managerOf, objectResponse, writeOptions } from "../call.ts";
import { checkApplied } from "../patch/applied-check.ts";
import { patchComplaints } from "../patch/patch-complaints.ts";
import { applyPatch, applyType, patchTypeOf } from "../patch/patch.ts";
import { patchRefused } from "../patch/refusal.ts";
import { serverSideApply } from "../patch/server-side-apply.ts";
import { shapeOf } from "../patch/shape.ts";
import { resetFields } from "../patch/unowned-fields.ts";
import type { ApiResponse } from "../request.ts";
import { type DecodedObject, decodeYaml } from "../schema/decode.ts";
import { warningsIn } from "../schema/schema.ts";
import { readWriteQuery } from "../write-query.ts";
import { wrongNamespace } from "./create.ts";
import { checkName, type Narrow, updateOptions } from "./update.ts";

/** PATCH: JSON, merge and strategic merge patches, and server-side apply. */
export async function patchVerb(call: Call, narrow: Narrow = (_, wanted) => wanted): Promise<ApiResponse> {
  const { request, route, registry } = call;
  const contentType = patchTypeOf(request.headers["content-type"], route.resource.type);
  if (contentType === applyType) return applyVerb(call, narrow);
  const options = updateOptions(call);
  const key = { namespace: route.namespace, name: route.name };
  const change = (current: KubeObject): KubeObject => {
    const patched = applyPatch({ contentType, patch: request.body, current, typeName: route.resource.type });
    const refuse = (problem: string): Error => patchRefused(contentType, request.body, patched, problem);
    const object = patchedObject(call, patched, patchComplaints(contentType, request.body), refuse);
    return narrow(current, withoutVersion(addressed(call, object), current));
  };
  const updated = await registry.update(route.resource, key, change, options);
  return objectResponse(call, updated);
}

/** A patch may say where the object is, but not move it. */
function addressed({ route }: Call, object: KubeObject): KubeObject {
  const { name, namespace = "" } = object.metadata;
  if (route.resource.namespaced && namespace !== "" && namespace !== route.namespace) throw wrongNamespace();
  checkName(name, route.name);
  return object;
}

/** A patch that does not speak of the resourceVersion is made again when someone else was faster. */
function withoutVersion(object: KubeObject, current: KubeObject): KubeObject {
  if (object.metadata.resourceVersion !== current.metadata.resourceVersion) return object;
  const { resourceVersion: _, ...rest } = object.metadata;
  return { ...object, metadata: rest };
}

/** https://kubernetes.io/docs/reference/using-api/server-side-apply/ */
async function applyVerb(call: Call, narrow: Narrow): Promise<ApiResponse> {
  const { route, registry } = call;
  const write = updateOptions(call);
  const key = { namespace: route.namespace, name: route.name };
  const { object: given, complaints } = readApplied(call);
  checkApplied(shapeOf(route.resource.type, route.resource.openApiSchema), given);
  refuseDuplicates(call, complaints([]));
  const applied = withoutEmptyName(shapedObject(call, route.resource, given));
  if (applied.metadata.managedFields) throw badRequest("metadata.managedFields must be nil");
  if (!route.subresource && !registry.find(route.resource, key)) return createByApply(call, key, applied);
  let managedFields: KubeObject["metadata"]["managedFields"] = [];
  const change = (current: KubeObject): KubeObject => {
    const result = apply(call, current, applied);
    managedFields = result.managedFields;
    return narrow(current, withoutVersion(addressed(call, result.object), current));
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

/** Who leaves the name out does not mean to take it away. */
function withoutEmptyName(object: KubeObject): KubeObject {
  if (object.metadata.name !== "") return object;
  const { name: _, ...metadata } = object.metadata;
  return { ...object, metadata: metadata as KubeObject["metadata"] };
}

/** The configuration in a body. Of equal keys upstream speaks only when all else is right. */
function readApplied({ request, route }: Call): DecodedObject {
  const decoded = decodedYaml(request.body);
  const { apiVersion } = decoded.object;
  const expected = apiVersionOf(route.resource);
  if (apiVersion !== undefined && apiVersion !== expected) {
    const versions = `Specified patch version: ${JSON.stringify(apiVersion).slice(1, -1)}, expected: ${expected}`;
    throw badRequest(`Incorrect version specified in apply patch. ${versions}`);
  }
  return decoded;
}

function refuseDuplicates(call: Call, duplicates: readonly string[]): void {
  const [problem] = duplicates;
  if (problem === undefined) return;
  const why = `error converting YAML to JSON: ${problem}`;
  if (fieldValidationOf(call) === "Strict") throw badRequest(`error strict decoding YAML: ${why}`);
  if (fieldValidationOf(call) === "Warn") call.warnings.push(...warningsIn(why));
}

function decodedYaml(body: Uint8Array): DecodedObject {
  try {
    return decodeYaml(body);
  } catch (error) {
    throw error instanceof YamlError ? badRequest(`error decoding YAML: ${error.message}`) : error;
  }
}

async function createByApply(call: Call, key: ObjectKey, applied: KubeObject): Promise<ApiResponse> {
  const { route, registry } = call;
  const { uid } = applied.metadata;
  if (uid) {
    const why = `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`;
    throw conflict(route.resource, key.name, why);
  }
  call.requireCreate?.();
  const { object, managedFields } = apply(call, undefined, applied);
  const place = route.resource.namespaced ? { namespace: key.namespace } : {};
  const placed: KubeObject = { ...object, metadata: { ...addressed(call, object).metadata, ...place } };
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
