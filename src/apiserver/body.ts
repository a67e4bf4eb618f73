import type { KubeObject } from "../api/object.ts";
import { badRequest } from "../api/status.ts";
import { apiVersionOf, type ResourceDefinition } from "../resources/definition.ts";
import type { Call } from "./call.ts";
import { decodeObject } from "./schema/decode.ts";
import { type FieldValidation, shapeObject } from "./schema/schema.ts";
import { readWriteQuery } from "./write-query.ts";

/** The object in a request's body, checked against its kind's shape. Throws ApiError. */
export function readObject(call: Call, resource: ResourceDefinition): KubeObject {
  const { request } = call;
  const { object, duplicates } = decodeObject(request.body, request.headers["content-type"], resource.kind);
  return shapedObject(call, resource, object, duplicates);
}

/** The same for an object that did not come as a body (the result of a patch). */
export function shapedObject(
  call: Call,
  resource: ResourceDefinition,
  object: Record<string, unknown>,
  duplicates: readonly string[] = [],
): KubeObject {
  object["apiVersion"] ??= apiVersionOf(resource);
  object["kind"] ??= resource.kind;
  checkKind(object, resource);
  const validation = fieldValidationOf(call);
  const unknown = (resource.prune?.(object as never) ?? []).map((field) => `unknown field ${JSON.stringify(field)}`);
  const shaped = shapeObject(resource.type, object, validation, [...unknown, ...duplicates]);
  call.warnings.push(...shaped.warnings);
  return withMetadata(shaped.object);
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
  const [group = "", version = ""] = split(String(object["apiVersion"]));
  const [ownGroup = "", ownVersion = ""] = split(apiVersion);
  if (object["kind"] !== kind) {
    throw badRequest(
      `${String(object["kind"])} in version ${JSON.stringify(version)} cannot be handled as a ${kind}: converting (${group}/${version}.${String(object["kind"])}) to (${ownGroup}/${ownVersion}.${kind}): unknown conversion`,
    );
  }
  throw badRequest(
    `the API version in the data (${String(object["apiVersion"])}) does not match the expected API version (${apiVersion})`,
  );
}

function split(apiVersion: string): readonly string[] {
  return apiVersion.includes("/") ? apiVersion.split("/") : ["", apiVersion];
}

/** Every object has metadata, be it empty. */
function withMetadata(object: Record<string, unknown>): KubeObject {
  return (object["metadata"] === undefined ? { ...object, metadata: { name: "" } } : object) as unknown as KubeObject;
}
