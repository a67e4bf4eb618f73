import type { KubeObject } from "../../api/object.ts";
import { badRequest, invalidObject } from "../../api/status.ts";
import type { ResourceDefinition } from "../../resources/definition.ts";
import { readObject } from "../body.ts";
import { type Call, objectResponse, writeOptions } from "../call.ts";
import type { UpdateOptions } from "../registry.ts";
import type { ApiResponse } from "../request.ts";
import { requireUid } from "../uid-precondition.ts";
import { wrongNamespace } from "./create.ts";

/** Kinds that a PUT may create, as upstream allows for them. */
const createdByUpdate = new Set([
  "ClusterRole",
  "ClusterRoleBinding",
  "Endpoints",
  "Event",
  "Lease",
  "LimitRange",
  "Role",
  "RoleBinding",
  "Service",
]);

/** Kinds of which a PUT must say which version it replaces; custom resources are such, too. */
const changedByVersion = new Set([
  "APIService",
  "CSIDriver",
  "CSINode",
  "CSIStorageCapacity",
  "CustomResourceDefinition",
  "Lease",
  "MutatingWebhookConfiguration",
  "PodDisruptionBudget",
  "RuntimeClass",
  "ValidatingAdmissionPolicy",
  "ValidatingAdmissionPolicyBinding",
  "ValidatingWebhookConfiguration",
  "VolumeAttachment",
]);

/** Keeps of a wanted object only what a subresource may change. */
export type Narrow = (current: KubeObject, wanted: KubeObject) => KubeObject;

/** PUT of an object or of its status. */
export async function updateVerb(call: Call, narrow: Narrow = (_, wanted) => wanted): Promise<ApiResponse> {
  const { route, registry } = call;
  const key = { namespace: route.namespace, name: route.name };
  const object = addressed(readObject(call, route.resource), call);
  const missing = registry.find(route.resource, key) === undefined;
  if (missing && createdByUpdate.has(route.resource.kind) && !object.metadata.resourceVersion && !route.subresource) {
    call.requireCreate?.();
    const created = await registry.create(route.resource, object, writeOptions(call));
    return objectResponse(call, created, 201);
  }
  const change = (current: KubeObject): KubeObject => {
    requireVersion(route.resource, object);
    return narrow(current, object);
  };
  const updated = await registry.update(route.resource, key, change, updateOptions(call));
  return objectResponse(call, updated);
}

export function updateOptions(call: Call): UpdateOptions {
  const { subresource, resource } = call.route;
  const options = writeOptions(call);
  if (subresource === "") return options;
  if (subresource !== "status") return { ...options, subresource, part: "object" };
  // The status of a custom resource is changed without its metadata.
  return { ...options, subresource, part: resource.type === undefined ? "status" : "metadata-and-status" };
}

function requireVersion({ kind, group, plural, type }: ResourceDefinition, { metadata }: KubeObject): void {
  if (metadata.resourceVersion || (type !== undefined && !changedByVersion.has(kind))) return;
  const message = "Invalid value: 0x0: must be specified for an update";
  const error = { reason: "FieldValueInvalid", field: "metadata.resourceVersion", message } as const;
  throw invalidObject({ group, kind: plural }, metadata.name, [error]);
}

/** Throws BadRequest unless an object's own name is the one in the path. */
export function checkName(name: string | undefined, asked: string): void {
  if (!name) {
    throw badRequest(`the name of the object (${asked} based on URL) was undeterminable: name must be provided`);
  }
  if (name !== asked)
    throw badRequest(`the name of the object (${name}) does not match the name on the URL (${asked})`);
}

/** The path names the object; what the body says of its name must agree. Version 0 is none. */
function addressed(object: KubeObject, { route, registry }: Call): KubeObject {
  const { name, namespace } = object.metadata;
  if (namespace && namespace !== route.namespace) throw wrongNamespace();
  checkName(name, route.name);
  const current = registry.find(route.resource, { namespace: route.namespace, name: route.name });
  if (current) requireUid(route.resource, { ...object, metadata: { ...object.metadata, name: route.name } }, current);
  const place = route.resource.namespaced ? { namespace: route.namespace } : {};
  const { resourceVersion, ...metadata } = object.metadata;
  const version = resourceVersion === undefined || resourceVersion === "0" ? {} : { resourceVersion };
  return { ...object, metadata: { ...metadata, ...version, name: route.name, ...place } };
}
