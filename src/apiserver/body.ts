import type { KubeObject } from "../api/object.ts";
import { badRequest } from "../api/status.ts";
import { apiVersionOf, type ResourceDefinition } from "../resources/definition.ts";
import type { Call } from "./call.ts";
import { decodeObject } from "./schema/decode.ts";
import { cannotHandle, type FieldValidation, reshaped, type ShapedObject, shapeObject } from "./schema/schema.ts";
import { readWriteQuery } from "./write-query.ts";

/** The object in a request's body, checked against its kind's shape. Throws ApiError. */
export function readObject(call: Call, resource: ResourceDefinition): KubeObject {
  const { request } = call;
  const { object, duplicates } = decodeObject(request.body, request.headers["content-type"], resource.kind);
  return shapedObject(call, resource, object, duplicates);
}

/** The same for an object that has been read already. */
export function shapedObject(
  call: Call,
  resource: ResourceDefinition,
  object: Record<string, unknown>,
  duplicates: readonly string[] = [],
): KubeObject {
  const shaped = shapeFor(call, resource, object, duplicates);
  if (shaped.problem !== undefined) throw cannotHandle(object, resource.type, shaped.problem);
  return withMetadata(shaped.object);
}

/** The same for what a patch has made. `refuse` words what is wrong with it. */
export function patchedObject(
  call: Call,
  object: Record<string, unknown>,
  refuse: (problem: string) => Error,
): KubeObject {
  const { object: shaped, problem } = shapeFor(call, call.route.resource, object, []);
  if (problem !== undefined) throw refuse(problem);
  return withMetadata(shaped);
}

function shapeFor(
  call: Call,
  resource: ResourceDefinition,
  object: Record<string, unknown>,
  duplicates: readonly string[],
): ShapedObject {
  object["apiVersion"] ??= apiVersionOf(resource);
  object["kind"] ??= resource.kind;
  checkKind(object, resource);
  const validation = fieldValidationOf(call);
  const unknown = (resource.prune?.(object as never) ?? []).map((field) => `unknown field ${JSON.stringify(field)}`);
  const shaped = reshaped(resource.type, object, validation, [...unknown, ...duplicates]);
  if (shaped.problem === undefined) call.warnings.push(...shaped.warnings);
  return shaped;
}

/** A Scale, whichever resource it scales. */
export function shapeScale(call: Call, object: Record<string, unknown>): KubeObject {
  const shaped = shapeObject("io.k8s.api.autoscaling.v1.Scale", object, fieldValidationOf(call));
  return withMetadata(shaped.object);
}

export function fieldValidationOf({ request, route }: Call): FieldValidation {
  return readWriteQuery(request, route.verb).fieldValidation;
}

function checkKind(object: Record<string, unknown>, resource: ResourceDefinition): void {
  const apiVersion = apiVersionOf(resource);
  const { kind } = resource;
  if (object["kind"] === kind && object["apiVersion"] === apiVersion) return;
  const version = String(object["apiVersion"]).split("/").at(-1) ?? "";
  if (object["kind"] !== kind) {
    const given = `${version}.${String(object["kind"])}`;
    const wanted = `${resource.group.split(".", 1)[0] || "core"}.${kind}`;
    throw cannotHandle(object, resource.type, `converting (${given}) to (${wanted}): unknown conversion`);
  }
  throw badRequest(
    `the API version in the data (${String(object["apiVersion"])}) does not match the expected API version (${apiVersion})`,
  );
}

/** Every object has metadata, be it empty. */
function withMetadata(object: Record<string, unknown>): KubeObject {
  return (object["metadata"] === undefined ? { ...object, metadata: { name: "" } } : object) as unknown as KubeObject;
}
