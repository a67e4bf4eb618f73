import type { KubeObject, Mutable, ObjectKey } from "../../api/object.ts";
import type { ResourceDefinition } from "../../resources/definition.ts";
import type { Registry, WriteOptions } from "../registry.ts";

export type AdmissionOperation = "CREATE" | "UPDATE" | "DELETE" | "CONNECT";

export interface AdmissionRequest {
  readonly operation: AdmissionOperation;
  /** "" for the object itself. */
  readonly subresource: string;
  readonly resource: ResourceDefinition;
  /** A private copy: `admit` may change it. For DELETE what is to go, for CONNECT the options of the connection. */
  readonly object: Mutable<KubeObject>;
  readonly previous?: KubeObject;
  /** Which object it is about, where `object` does not say it. */
  readonly key?: ObjectKey;
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
  /** Deletions, connections, changes of a status and POSTs below an object are its business, too. */
  readonly seesEverything?: true;
  /** May change the object. "again": in ways that make all steps look at it once more. */
  admit?(request: AdmissionRequest): void | Promise<void | "again">;
  /** Sees the object when all have admitted it and it is known to be valid. */
  validate?(request: AdmissionRequest): void | Promise<void>;
  /** Runs at the moment of storing: nothing comes in between. */
  confirm?(request: AdmissionRequest): void;
}

/** Lets every step in order change the object; returns it. */
export async function admit(steps: readonly AdmissionStep[], request: AdmissionRequest): Promise<Mutable<KubeObject>> {
  if (await admitOnce(steps, request)) await admitOnce(steps, request);
  return request.object;
}

/** Whether a step asks for another round. */
async function admitOnce(steps: readonly AdmissionStep[], request: AdmissionRequest): Promise<boolean> {
  let again = false;
  for (const step of steps) {
    if (!sees(step, request)) continue;
    const waiting = step.admit?.(request);
    if (waiting && (await waiting) === "again") again = true;
  }
  return again;
}

export async function validateAdmission(steps: readonly AdmissionStep[], request: AdmissionRequest): Promise<void> {
  for (const step of steps) {
    if (!sees(step, request)) continue;
    const waiting = step.validate?.(request);
    if (waiting) await waiting;
  }
}

export function confirmAdmission(steps: readonly AdmissionStep[], request: AdmissionRequest): void {
  for (const step of steps) if (sees(step, request)) step.confirm?.(request);
}

function sees({ seesEverything }: AdmissionStep, { operation, subresource }: AdmissionRequest): boolean {
  if (seesEverything) return true;
  if (operation === "CREATE") return subresource === "";
  return operation === "UPDATE" && subresource !== "status";
}
