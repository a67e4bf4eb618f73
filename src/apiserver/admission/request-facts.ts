import type { KubeObject, ObjectKey } from "../../api/object.ts";
import type { Namespace } from "../../api/types.gen.ts";
import type { ResourceDefinition } from "../../resources/definition.ts";
import type { AdmissionOperation, AdmissionRequest } from "./admission.ts";

/** What policies and webhooks are told of a request, as an AdmissionReview has it. */
export interface RequestFacts {
  readonly kind: Kind;
  readonly resource: Resource;
  readonly subResource?: string;
  readonly requestKind: Kind;
  readonly requestResource: Resource;
  readonly requestSubResource?: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly operation: AdmissionOperation;
  readonly userInfo: object;
  readonly dryRun: boolean;
  /** None of a connection. */
  readonly options: object | null;
}

interface Kind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

interface Resource {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
}

/** `matched` is the version of the resource that rules asked for, the request's own or an equivalent. */
export function requestFacts(request: AdmissionRequest, matched: ResourceDefinition): RequestFacts {
  const { operation, subresource, resource, options } = request;
  const { name, namespace } = namedBy(request);
  const { user } = options;
  return {
    kind: kindOf(request, matched),
    resource: resourceOf(matched),
    ...(subresource ? { subResource: subresource } : {}),
    requestKind: kindOf(request, resource),
    requestResource: resourceOf(resource),
    ...(subresource ? { requestSubResource: subresource } : {}),
    ...(name ? { name } : {}),
    ...(namespace ? { namespace } : {}),
    operation,
    userInfo: {
      username: user.name,
      ...(user.uid ? { uid: user.uid } : {}),
      groups: user.groups,
      ...(user.extra ? { extra: user.extra } : {}),
    },
    dryRun: options.dryRun === true,
    options: optionsOf(request),
  };
}

/** A Namespace is said to be in itself. */
function namedBy(request: AdmissionRequest): ObjectKey {
  const key = keyOfRequest(request);
  const { group, plural } = request.resource;
  return group === "" && plural === "namespaces" ? { ...key, namespace: key.name } : key;
}

/** A subresource may be about objects of a kind of its own: the options of a connection, an eviction. */
function kindOf({ operation, subresource, object }: AdmissionRequest, resource: ResourceDefinition): Kind {
  const { group, version, kind } = resource;
  const isOwn = subresource === "" || (operation === "UPDATE" && object.kind === kind);
  if (isOwn) return { group, version, kind };
  const [first = "", second] = object.apiVersion.split("/", 2);
  return { group: second ? first : "", version: second ?? first, kind: object.kind };
}

function resourceOf({ group, version, plural }: ResourceDefinition): Resource {
  return { group, version, resource: plural };
}

const optionKinds: Readonly<Partial<Record<AdmissionOperation, string>>> = {
  CREATE: "CreateOptions",
  UPDATE: "UpdateOptions",
  DELETE: "DeleteOptions",
};

function optionsOf({ operation, options }: AdmissionRequest): object | null {
  const kind = optionKinds[operation];
  if (!kind) return null;
  return {
    kind,
    apiVersion: "meta.k8s.io/v1",
    ...(options.dryRun ? { dryRun: ["All"] } : {}),
    ...(operation === "DELETE" ? {} : { fieldManager: options.manager }),
  };
}

export function keyOfRequest({ key, object, resource }: AdmissionRequest): ObjectKey {
  if (key) return key;
  const { name, namespace = "" } = object.metadata;
  return { name, namespace: resource.namespaced ? namespace : "" };
}

/** The namespace that a request is in; a Namespace itself is in none. */
export function namespaceOf(request: AdmissionRequest): Namespace | undefined {
  const { registry } = request;
  const { namespace } = keyOfRequest(request);
  const namespaces = namespace === "" ? undefined : registry.catalogue.find("", "v1", "namespaces");
  return namespaces && (registry.find(namespaces, { namespace: "", name: namespace }) as Namespace | undefined);
}

/** The object as it would be stored; none for what is to go. */
export function newObject({ operation, object }: AdmissionRequest): KubeObject | undefined {
  return operation === "DELETE" ? undefined : object;
}
