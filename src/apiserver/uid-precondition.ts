import type { KubeObject } from "../api/object.ts";
import { conflict } from "../api/status.ts";
import type { ResourceDefinition } from "../resources/definition.ts";

/** An object that says which one it replaces may not replace another of the same name. Throws Conflict. */
export function requireUid(resource: ResourceDefinition, wanted: KubeObject, current: KubeObject): void {
  const { name, uid } = wanted.metadata;
  const { uid: known = "" } = current.metadata;
  if (!uid || uid === known) return;
  throw conflict(resource, name, `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${known}`);
}
