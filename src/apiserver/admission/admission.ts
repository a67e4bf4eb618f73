import type { KubeObject, Mutable } from "../../api/object.ts";
import type { ResourceDefinition } from "../../resources/definition.ts";
import type { Registry, WriteOptions } from "../registry.ts";

export interface AdmissionRequest {
  readonly operation: "CREATE" | "UPDATE";
  readonly resource: ResourceDefinition;
  /** A private copy: a step may change it. */
  readonly object: Mutable<KubeObject>;
  readonly previous?: KubeObject;
  readonly options: WriteOptions;
  readonly registry: Registry;
}

/**
 * One step between a request and the store: it may change the object or refuse it by throwing an ApiError.
 * https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/
 */
export interface AdmissionStep {
  /** As upstream names its plugin: `ServiceAccount`. */
  readonly name: string;
  admit(request: AdmissionRequest): void | Promise<void>;
}

/** Runs every step in order; returns the object. */
export async function admit(
  steps: readonly AdmissionStep[],
  request: AdmissionRequest,
): Promise<Mutable<KubeObject>> {
  for (const step of steps) {
    const waiting = step.admit(request);
    if (waiting) await waiting;
  }
  return request.object;
}
