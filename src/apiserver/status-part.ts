import type { KubeObject, Mutable } from "../api/object.ts";
import type { ResourceDefinition } from "../resources/definition.ts";

/** Puts the stored status back into an object that came through another door. */
export function restoreStatus(object: Mutable<KubeObject>, current: KubeObject): void {
  const target = object as unknown as Record<string, unknown>;
  const { status } = current as unknown as Record<string, unknown>;
  if (status === undefined) delete target["status"];
  else target["status"] = status;
}

/** The stored object with another status; everything else is shared with it. */
export function withStatus(
  resource: ResourceDefinition,
  current: KubeObject,
  wanted: KubeObject,
  part: "status" | "metadata-and-status",
): Mutable<KubeObject> {
  const { status } = defaulted(resource, wanted) as unknown as Record<string, unknown>;
  const { labels, annotations, finalizers } = wanted.metadata;
  const changes = { labels, annotations, finalizers };
  const metadata = { ...current.metadata, ...(part === "metadata-and-status" ? definedOnly(changes) : {}) };
  const changed: Record<string, unknown> = { ...current, metadata, kind: resource.kind };
  if (status !== undefined) changed["status"] = status;
  else if (resource.type === undefined) delete changed["status"];
  const object = changed as unknown as Mutable<KubeObject>;
  resource.prepareForStatus?.(object, current);
  return object;
}

/** What comes for its status alone is filled in as a whole; only custom resources have defaults in their status. */
function defaulted(resource: ResourceDefinition, wanted: KubeObject): KubeObject {
  if (resource.type !== undefined || !resource.default) return wanted;
  const object = { ...wanted } as Mutable<KubeObject>;
  resource.default(object);
  return object;
}

function definedOnly<T extends object>(fields: T): Partial<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>;
}
