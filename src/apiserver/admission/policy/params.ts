import type { KubeObject } from "../../../api/object.ts";
import { matchesSelector } from "../../../api/selectors.ts";
import type { ParamKind, ParamRef } from "../../../api/types.gen.ts";
import type { ResourceDefinition } from "../../../resources/definition.ts";
import type { AdmissionRequest } from "../admission.ts";
import { keyOfRequest } from "../request-facts.ts";

/** A policy or a binding that cannot be put to work as it is. */
export class ConfigurationError extends Error {}

/**
 * The parameters with which a binding has its policy judge a request: once with each; once with none, where the policy
 * or the binding speaks of none. Throws ConfigurationError.
 */
export function paramsOf(
  kind: ParamKind | undefined,
  ref: ParamRef | undefined,
  request: AdmissionRequest,
): readonly (KubeObject | undefined)[] {
  if (!kind || !ref) return [undefined];
  const { apiVersion = "", kind: name = "" } = kind;
  const resource = request.registry.catalogue.findKind(apiVersion, name);
  if (!resource) {
    const why = `failed to find resource referenced by paramKind: '${gvkOf(apiVersion, name)}'`;
    throw new ConfigurationError(`failed to configure policy: ${why}`);
  }
  const found = chosen(resource, ref, request);
  if (found.length === 0 && ref.parameterNotFoundAction !== "Allow") {
    throw bindingError("no params found for policy binding with `Deny` parameterNotFoundAction");
  }
  return found;
}

function chosen(resource: ResourceDefinition, ref: ParamRef, request: AdmissionRequest): readonly KubeObject[] {
  const { registry } = request;
  const namespace = namespaceOfParams(resource, ref, request);
  if (ref.name) {
    const found = registry.find(resource, { namespace: namespace ?? "", name: ref.name });
    return found ? [found] : [];
  }
  const { selector } = ref;
  if (!selector) return [];
  return registry.list(resource, namespace).filter(({ metadata }) => matchesSelector(selector, metadata.labels ?? {}));
}

/** The binding's own, or the request's. */
function namespaceOfParams(resource: ResourceDefinition, ref: ParamRef, request: AdmissionRequest): string | undefined {
  if (!resource.namespaced) {
    if (ref.namespace) throw bindingError("paramRef.namespace must not be provided for a cluster-scoped `paramKind`");
    return undefined;
  }
  const namespace = ref.namespace || keyOfRequest(request).namespace;
  if (namespace) return namespace;
  throw bindingError("cannot use namespaced paramRef in policy binding that matches cluster-scoped resources");
}

function bindingError(why: string): ConfigurationError {
  return new ConfigurationError(`failed to configure binding: ${why}`);
}

/** `v1, Kind=ConfigMap`. */
function gvkOf(apiVersion: string, kind: string): string {
  return apiVersion.includes("/") ? `${apiVersion}, Kind=${kind}` : `/${apiVersion}, Kind=${kind}`;
}
