import type { KubeObject, Mutable } from "../../api/object.ts";
import type { ResourceDefinition } from "../../resources/definition.ts";
import type { Registry, WriteOptions } from "../registry.ts";

export interface AdmissionRequest {
  readonly operation: "CREATE" | "UPDATE";
  /** "" for the object itself. */
  readonly subresource: string;
  readonly resource: ResourceDefinition;
  /** A private copy: `admit` may change it. */
  readonly object: Mutable<KubeObject>;
  readonly previous?: KubeObject;
  readonly options: WriteOptions;
  readonly registry: Registry;
}

/**
 * One step between a request and the store. Each of its parts may refuse the object by throwing an ApiError.
 * https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/
 */
export interface AdmissionStep {
  /** As upstream names its plugin: `ServiceAccount`. */
  readonly name: string;
  /** May change the object. */
  admit?(request: AdmissionRequest): void | Promise<void>;
  /** Sees the object when all have admitted it and it is known to be valid. */
  validate?(request: AdmissionRequest): void | Promise<void>;
  /** Runs at the moment of storing: nothing comes in between. */
  confirm?(request: AdmissionRequest): void;
}

/** Lets every step in order change the object; returns it. */
export async function admit(steps: readonly AdmissionStep[], request: AdmissionRequest): Promise<Mutable<KubeObject>> {
  for (const step of steps) {
    const waiting = step.admit?.(request);
    if (waiting) await waiting;
  }
  return request.object;
}

export async function validateAdmission(steps: readonly AdmissionStep[], request: AdmissionRequest): Promise<void> {
  for (const step of steps) {
    const waiting = step.validate?.(request);
    if (waiting) await waiting;
  }
}

export function confirmAdmission(steps: readonly AdmissionStep[], request: AdmissionRequest): void {
  for (const step of steps) step.confirm?.(request);
}
