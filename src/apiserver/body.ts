import { decodeText } from "../api/bytes.ts";
import type { KubeObject } from "../api/object.ts";
import { badRequest, invalid, invalidObject } from "../api/status.ts";
import { apiVersionOf, type ResourceDefinition } from "../resources/definition.ts";
import type { Call } from "./call.ts";
import { ownersTwice, withOwnersOnce } from "./owner-duplicates.ts";
import { decodeObject, unrecognized } from "./schema/decode.ts";
import {
  asTheyCome,
  cannotHandle,
  type Complaints,
  type FieldValidation,
  reshaped,
  type ShapedObject,
  shapeObject,
} from "./schema/schema.ts";
import { readWriteQuery } from "./write-query.ts";

/** The object in a request's body, checked against its kind's shape. Throws ApiError. */
export function readObject(call: Call, resource: ResourceDefinition): KubeObject {
  const { request } = call;
  const { object, complaints } = decodeObject(request.body, request.headers["content-type"], resource.kind);
  if (isUnnamed(resource, object)) throw withoutKind(call, resource);
  return shapedObject(call, resource, object, complaints);
}

/** The same for an object that has been read already. */
export function shapedObject(
  call: Call,
  resource: ResourceDefinition,
  object: Record<string, unknown>,
  complaints: Complaints = asTheyCome,
): KubeObject {
  const shaped = shapeFor(call, resource, object, complaints);
  if (shaped.problem !== undefined) throw cannotHandle(object, resource.type, shaped.problem);
  return ownedOnce(call, withMetadata(shaped.object));
}

/** The same for what a patch has made. `duplicates` are the patch's own; `refuse` words what is wrong with the object. */
export function patchedObject(
  call: Call,
  object: Record<string, unknown>,
  duplicates: readonly string[],
  refuse: (problem: string) => Error,
): KubeObject {
  const { resource } = call.route;
  if (isUnnamed(resource, object)) throw refuse(missingKind(JSON.stringify(object)));
  const complaints: Complaints = (unknown) => [...duplicates, ...unknown.toSorted()];
  const { object: shaped, problem } = shapeFor(call, resource, object, complaints);
  if (problem !== undefined) throw refuse(problem);
  return ownedOnce(call, withMetadata(shaped));
}

function ownedOnce(call: Call, given: KubeObject): KubeObject {
  const { object, uids } = withOwnersOnce(given);
  if (uids.length > 0) call.warnings.push(ownersTwice(uids));
  return object;
}

/** Only an object of a kind with a type of its own may leave out its kind. */
function isUnnamed({ type }: ResourceDefinition, object: Readonly<Record<string, unknown>>): boolean {
  return type === undefined && !object["kind"];
}

function withoutKind(call: Call, { kind, version }: ResourceDefinition): Error {
  const { body } = call.request;
  const why = missingKind(decodeText(body));
  if (fieldValidationOf(call) !== "Ignore") return unrecognized(body, kind, why);
  return badRequest(`${kind} in version ${JSON.stringify(version)} cannot be handled as a ${kind}: ${why}`);
}

function missingKind(text: string): string {
  return `Object 'Kind' is missing in '${text}'`;
}

function shapeFor(
  call: Call,
  resource: ResourceDefinition,
  object: Record<string, unknown>,
  complaints: Complaints,
): ShapedObject {
  object["apiVersion"] ??= apiVersionOf(resource);
  object["kind"] ??= resource.kind;
  checkKind(object, resource);
  const validation = fieldValidationOf(call);
  const pruned = resource.prune?.(object as never);
  const unknown = (pruned?.unknown ?? []).map((field) => `unknown field ${JSON.stringify(field)}`);
  const all: Complaints = pruned ? (metadata) => [...complaints([]), ...metadata, ...unknown] : complaints;
  const shaped = reshaped(resource.type, object, validation, all);
  if (pruned?.problem !== undefined) return { ...shaped, problem: pruned.problem };
  if (shaped.problem === undefined) call.warnings.push(...shaped.warnings);
  return asksForReset(object) ? { ...shaped, object: withoutManagers(shaped.object) } : shaped;
}

/** Who sends an empty list of managers, other than none, wants them all to be forgotten. */
function asksForReset({ metadata }: Readonly<Record<string, unknown>>): boolean {
  const { managedFields } = (metadata ?? {}) as { managedFields?: unknown };
  return Array.isArray(managedFields) && managedFields.length === 0;
}

function withoutManagers(object: Record<string, unknown>): Record<string, unknown> {
  return { ...object, metadata: { ...(object["metadata"] as object | undefined), managedFields: [] } };
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
  const given = String(object["apiVersion"]);
  if (object["kind"] !== resource.kind && resource.type !== undefined) throw otherKind(object, resource);
  if (given !== apiVersion) {
    const both = `(${given}) does not match the expected API version (${apiVersion})`;
    throw badRequest(`the API version in the data ${both}`);
  }
  if (object["kind"] !== resource.kind) throw strangeKind(object, resource);
}

function otherKind(object: Record<string, unknown>, { type, group, kind }: ResourceDefinition): Error {
  const version = String(object["apiVersion"]).split("/").at(-1) ?? "";
  const given = `${version}.${String(object["kind"])}`;
  const wanted = `${group.split(".", 1)[0] || "core"}.${kind}`;
  return cannotHandle(object, type, `converting (${given}) to (${wanted}): unknown conversion`);
}

/** Custom resources are never converted to their kind: what is of another is a mistake in it. */
function strangeKind(object: Record<string, unknown>, { group, kind }: ResourceDefinition): Error {
  const { name = "" } = (object["metadata"] ?? {}) as { name?: string };
  const given = String(object["kind"]);
  return invalidObject({ group, kind: given }, name, [invalid("kind", given, `must be ${kind}`)]);
}

/** Every object has metadata, be it empty. */
function withMetadata(object: Record<string, unknown>): KubeObject {
  return (object["metadata"] === undefined ? { ...object, metadata: { name: "" } } : object) as unknown as KubeObject;
}
