import { cloneTree, type KubeObject, type Mutable, type ObjectKey } from "../api/object.ts";
import { conflict } from "../api/status.ts";
import type { DeleteOptions, Pod } from "../api/types.gen.ts";
import type { ResourceDefinition } from "../resources/definition.ts";
import type { Registry, UpdateOptions } from "./registry.ts";

const orphanFinalizer = "orphan";
const foregroundFinalizer = "foregroundDeletion";

/** `gone`: nothing is left; otherwise the object waits, marked, for its grace period or its finalizers. */
export interface Deletion {
  readonly object: KubeObject;
  readonly gone: boolean;
}

export interface Deleted {
  readonly resource: ResourceDefinition;
  readonly key: ObjectKey;
  /** It goes with all of its collection: the request does not name it. */
  readonly ofCollection?: true;
}

/**
 * Deletes an object, or starts to: grace periods, finalizers and propagation policies are honoured.
 * https://kubernetes.io/docs/concepts/architecture/garbage-collection/
 */
export async function deleteObject(
  registry: Registry,
  { resource, key, ofCollection }: Deleted,
  deletion: DeleteOptions,
  write: UpdateOptions,
): Promise<Deletion> {
  const asked = registry.get(resource, key);
  checkPreconditions(resource, asked, deletion);
  const object = asked as Mutable<KubeObject>;
  const named = ofCollection ? { key: { ...key, name: "" } } : {};
  await registry.judge({
    operation: "DELETE",
    subresource: "",
    resource,
    object,
    previous: asked,
    options: write,
    ...named,
  });
  const current = registry.get(resource, key);
  const graceSeconds = gracePeriodOf(resource, current, deletion);
  const finalizers = finalizersFor(resource, current, deletion);
  if (graceSeconds === 0 && finalizers.length === 0 && !resource.isHeldBack?.(current)) {
    return { object: write.dryRun ? current : registry.remove(resource, key), gone: true };
  }
  const now = registry.clock.now();
  const marked = await registry.update(
    resource,
    key,
    (latest) => mark(resource, latest, { graceSeconds, finalizers, now }),
    {
      ...write,
      part: "verbatim",
    },
  );
  return { object: marked, gone: registry.find(resource, key) === undefined };
}

/** Throws Conflict when the object is not the one that was meant. */
export function checkPreconditions(
  resource: ResourceDefinition,
  { metadata }: KubeObject,
  { preconditions }: DeleteOptions,
): void {
  const { uid, resourceVersion } = preconditions ?? {};
  if (uid && uid !== metadata.uid) {
    const why = `the UID in the precondition (${uid}) does not match the UID in record (${metadata.uid ?? ""}). The object might have been deleted and then recreated`;
    throw conflict(resource, metadata.name, why);
  }
  if (resourceVersion && resourceVersion !== metadata.resourceVersion) {
    const why = `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${metadata.resourceVersion ?? ""}). The object might have been modified`;
    throw conflict(resource, metadata.name, why);
  }
}

/** Only pods wait: for their containers to stop, once they are on a node and still running. */
function gracePeriodOf({ kind, group }: ResourceDefinition, object: KubeObject, deletion: DeleteOptions): number {
  if (kind !== "Pod" || group !== "") return 0;
  const { spec, status, metadata } = object as Pod;
  if (!spec.nodeName || status?.phase === "Succeeded" || status?.phase === "Failed") return 0;
  const wanted = deletion.gracePeriodSeconds ?? spec.terminationGracePeriodSeconds ?? 30;
  const asked = wanted < 0 ? 1 : wanted;
  return metadata.deletionTimestamp ? Math.min(asked, metadata.deletionGracePeriodSeconds ?? asked) : asked;
}

function finalizersFor(
  resource: ResourceDefinition,
  { metadata }: KubeObject,
  deletion: DeleteOptions,
): readonly string[] {
  const kept = withOwnFinalizer(resource, metadata);
  const others = kept.filter((one) => one !== orphanFinalizer && one !== foregroundFinalizer);
  switch (deletion.propagationPolicy ?? defaultPropagation(resource, deletion)) {
    case "Orphan":
      return [...others, orphanFinalizer];
    case "Foreground":
      return [...others, foregroundFinalizer];
    case "Background":
      return others;
    default:
      return kept;
  }
}

/** What a kind's deletion waits for is put on when the deletion begins, and not again. */
function withOwnFinalizer(
  { deletionFinalizer }: ResourceDefinition,
  { finalizers = [], deletionTimestamp }: KubeObject["metadata"],
): readonly string[] {
  if (!deletionFinalizer || deletionTimestamp || finalizers.includes(deletionFinalizer)) return finalizers;
  return [...finalizers, deletionFinalizer];
}

/** ReplicationControllers and Jobs leave their pods behind unless told otherwise, as they always did. */
function defaultPropagation(
  { kind, group }: ResourceDefinition,
  { orphanDependents }: DeleteOptions,
): string | undefined {
  if (orphanDependents !== undefined) return orphanDependents ? "Orphan" : "Background";
  const orphans = (kind === "ReplicationController" && group === "") || (kind === "Job" && group === "batch");
  return orphans ? "Orphan" : undefined;
}

function mark(
  resource: ResourceDefinition,
  object: KubeObject,
  { graceSeconds, finalizers, now }: { graceSeconds: number; finalizers: readonly string[]; now: number },
): KubeObject {
  const metadata: Mutable<KubeObject["metadata"]> = { ...object.metadata } as Mutable<KubeObject["metadata"]>;
  const isSooner = graceSeconds < (metadata.deletionGracePeriodSeconds ?? (holdsOthers(resource) ? 0 : Infinity));
  if (metadata.deletionTimestamp === undefined || isSooner) {
    metadata.deletionTimestamp = `${new Date(now + graceSeconds * 1000).toISOString().slice(0, 19)}Z`;
    if (!holdsOthers(resource)) metadata.deletionGracePeriodSeconds = graceSeconds;
  }
  if (finalizers.length > 0) metadata.finalizers = [...finalizers];
  else delete metadata.finalizers;
  const marked = cloneTree({ ...object, metadata });
  resource.prepareForDelete?.(marked);
  return marked;
}

/** Those that go after what they hold know no grace period. */
function holdsOthers({ group, kind }: ResourceDefinition): boolean {
  return (kind === "Namespace" && group === "") || (kind === "CustomResourceDefinition" && group.endsWith(".k8s.io"));
}
