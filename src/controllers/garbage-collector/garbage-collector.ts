import { keyOf, type KubeObject, type OwnerReference } from "../../api/object.ts";
import { isNotFound } from "../../api/status.ts";
import { deleteIfPresent } from "../../client/delete-if-present.ts";
import { WorkQueue } from "../../client/work-queue.ts";
import { apiVersionOf, bucketOf, isSecondVersion, type ResourceDefinition } from "../../resources/definition.ts";
import { describeError } from "../../sim/log.ts";
import type { ControllerContext } from "../controller.ts";
import { type Item, Ownership } from "./ownership.ts";

const orphan = "orphan";
const foreground = "foregroundDeletion";
const component = "garbage-collector-controller";

/**
 * Deletes what has lost all its owners, and carries out foreground and orphan deletion.
 * https://kubernetes.io/docs/concepts/architecture/garbage-collection/
 */
export function startGarbageCollector(catalogue: WatchedResources, context: ControllerContext): () => void {
  const collector = new GarbageCollector(context);
  const watch = (resource: ResourceDefinition | undefined, previous?: ResourceDefinition): void => {
    if (resource && !previous) {
      if (isCollected(resource)) collector.watch(resource);
      collector.learn(resource);
    }
    if (previous && !resource) {
      if (isCollected(previous)) collector.unwatch(previous);
      collector.unlearn(previous);
    }
  };
  for (const resource of catalogue.list()) watch(resource);
  const stopListening = catalogue.onChange(watch);
  return () => {
    stopListening();
    collector.stop();
  };
}

/** Every resource there is, and word of those that come. */
export interface WatchedResources {
  list(): readonly ResourceDefinition[];
  onChange(
    listener: (resource: ResourceDefinition | undefined, previous: ResourceDefinition | undefined) => void,
  ): () => void;
}

/** Events come and go by themselves; a second version of the same objects need not be looked at twice. */
function isCollected(resource: ResourceDefinition): boolean {
  const { kind, verbs } = resource;
  if (kind === "Event" || isSecondVersion(resource)) return false;
  return verbs === undefined || (verbs.includes("delete") && verbs.includes("list"));
}

class GarbageCollector {
  readonly #context: ControllerContext;
  readonly #ownership = new Ownership();
  readonly #queue: WorkQueue;
  readonly #stops = new Map<string, () => void>();
  /** `apps/v1/Deployment`: of owners of other kinds nobody can say that they are gone. */
  readonly #kinds = new Set<string>();
  /** Owners that were seen to go, by uid; their kind may have gone with them, as those of custom resources do. */
  readonly #gone = new Set<string>();
  /** Who names an owner of an unknown kind, by uid. */
  readonly #undecided = new Set<string>();

  constructor(context: ControllerContext) {
    this.#context = context;
    this.#queue = new WorkQueue({
      clock: context.clock,
      handle: (uid) => this.#reconcile(uid),
      onError: (uid, error) => context.log.write("debug", `${component}: ${uid}: ${describeError(error)}`),
    });
  }

  /** Follows one more resource. */
  watch(resource: ResourceDefinition): void {
    const stop = this.#context.informers.for(resource).onChange(({ type, object }) => {
      if (type === "DELETED") this.#forget(object);
      else this.#take({ resource, key: keyOf(object), object });
    });
    this.#stops.set(bucketOf(resource), stop);
  }

  /** One more kind that owners may be of: those that were waiting for it look again. */
  learn(resource: ResourceDefinition): void {
    this.#kinds.add(`${apiVersionOf(resource)}/${resource.kind}`);
    for (const uid of this.#undecided) this.#queue.add(uid);
    this.#undecided.clear();
  }

  unlearn(resource: ResourceDefinition): void {
    this.#kinds.delete(`${apiVersionOf(resource)}/${resource.kind}`);
  }

  /** Its objects have gone before it. */
  unwatch(resource: ResourceDefinition): void {
    this.#stops.get(bucketOf(resource))?.();
    this.#stops.delete(bucketOf(resource));
  }

  stop(): void {
    for (const stop of this.#stops.values()) stop();
    this.#queue.stop();
  }

  #take(item: Item): void {
    const { metadata } = item.object;
    const before = this.#ownership.get(metadata.uid ?? "");
    this.#wakeOwners(before);
    this.#tellStrangers(item, before);
    this.#ownership.put(item);
    const hasOwners = (metadata.ownerReferences ?? []).length > 0;
    const isWaiting = metadata.deletionTimestamp !== undefined && (metadata.finalizers ?? []).length > 0;
    if (hasOwners || isWaiting) this.#queue.add(metadata.uid ?? "");
  }

  /** Those that wait for what has now changed look again: it may hold them back no more. */
  #wakeOwners(before: Item | undefined): void {
    for (const { uid } of before?.object.metadata.ownerReferences ?? []) {
      const owner = this.#ownership.get(uid);
      if (owner && isInForeground(owner)) this.#queue.add(uid);
    }
  }

  /** An owner in another namespace is none: what names one is about to go, and says why. */
  #tellStrangers({ key, object }: Item, before: Item | undefined): void {
    const known = before?.object.metadata.ownerReferences ?? [];
    for (const { apiVersion, kind, name, uid } of object.metadata.ownerReferences ?? []) {
      const home = this.#ownership.get(uid)?.key.namespace ?? "";
      if (home === "" || home === key.namespace || known.some((one) => one.uid === uid)) continue;
      const owner = `[${apiVersion}/${kind}, namespace: ${key.namespace}, name: ${name}, uid: ${uid}]`;
      const message = `ownerRef ${owner} does not exist in namespace ${JSON.stringify(key.namespace)}`;
      const text = { type: "Warning", reason: "OwnerRefInvalidNamespace", message } as const;
      this.#context.events.record(object, { component }, text);
    }
  }

  #forget({ metadata }: KubeObject): void {
    const uid = metadata.uid ?? "";
    const owners = metadata.ownerReferences ?? [];
    const isCustom = this.#ownership.get(uid)?.resource.type === undefined;
    this.#ownership.remove(uid);
    const dependents = this.#ownership.dependentsOf(uid);
    if (isCustom && dependents.length > 0) this.#gone.add(uid);
    for (const { object } of dependents) this.#queue.add(object.metadata.uid ?? "");
    for (const owner of owners) this.#queue.add(owner.uid);
  }

  async #reconcile(uid: string): Promise<void> {
    const item = this.#ownership.get(uid);
    if (!item) return;
    const { deletionTimestamp, finalizers = [] } = item.object.metadata;
    if (deletionTimestamp && finalizers.includes(orphan)) await this.#orphanDependents(item);
    else if (deletionTimestamp && finalizers.includes(foreground)) await this.#deleteDependents(item);
    else if (!deletionTimestamp) await this.#collect(item);
  }

  async #orphanDependents(item: Item): Promise<void> {
    const uid = item.object.metadata.uid ?? "";
    for (const dependent of this.#ownership.dependentsOf(uid)) await this.#dropOwners(dependent, new Set([uid]));
    await this.#dropFinalizer(item, orphan);
  }

  /** The owner goes last: when nothing that blocks it is left. */
  async #deleteDependents(item: Item): Promise<void> {
    const uid = item.object.metadata.uid ?? "";
    const dependents = this.#ownership.dependentsOf(uid);
    const blocking = dependents.filter(({ object }) =>
      object.metadata.ownerReferences?.some((owner) => owner.uid === uid && owner.blockOwnerDeletion),
    );
    if (blocking.length === 0) {
      await this.#dropFinalizer(item, foreground);
      return;
    }
    for (const dependent of dependents) if (!isInForeground(dependent)) this.#queue.add(uidOf(dependent));
  }

  async #collect(item: Item): Promise<void> {
    const owners = item.object.metadata.ownerReferences ?? [];
    if (owners.some((owner) => !this.#isKnown(owner))) {
      this.#undecided.add(uidOf(item));
      return;
    }
    const dangling = owners.filter((owner) => !this.#isOwner(owner, item));
    const waiting = owners.filter((owner) => this.#isWaitingFor(owner));
    const solid = owners.length - dangling.length - waiting.length;
    if (owners.length === 0 || (dangling.length === 0 && waiting.length === 0)) return;
    if (solid > 0) {
      await this.#dropOwners(item, new Set([...dangling, ...waiting].map(({ uid }) => uid)));
      return;
    }
    const dependents = this.#ownership.dependentsOf(uidOf(item));
    const propagationPolicy = waiting.length > 0 && dependents.length > 0 ? "Foreground" : "Background";
    // Whoever waits for one that waits in turn may wait in a circle: let nobody wait for this one.
    if (waiting.length > 0 && dependents.some((one) => isInForeground(one))) await this.#unblockOwners(item);
    const { uid } = item.object.metadata;
    await deleteIfPresent(this.#context.client, item.resource, item.key, {
      propagationPolicy,
      ...(uid ? { preconditions: { uid } } : {}),
    });
  }

  #isKnown({ apiVersion, kind, uid }: OwnerReference): boolean {
    return this.#kinds.has(`${apiVersion}/${kind}`) || this.#gone.has(uid);
  }

  /** An owner must exist under its uid, in the same namespace or in none. */
  #isOwner({ uid, kind, name }: OwnerReference, { key }: Item): boolean {
    const owner = this.#ownership.get(uid);
    if (!owner || owner.resource.kind !== kind || owner.key.name !== name) return false;
    return owner.key.namespace === "" || owner.key.namespace === key.namespace;
  }

  #isWaitingFor({ uid, blockOwnerDeletion }: OwnerReference): boolean {
    const owner = this.#ownership.get(uid);
    return owner !== undefined && isInForeground(owner) && blockOwnerDeletion !== undefined;
  }

  async #unblockOwners({ resource, key, object }: Item): Promise<void> {
    const owners = object.metadata.ownerReferences ?? [];
    await this.#patch(resource, key, {
      ownerReferences: owners.map((owner) => ({ ...owner, blockOwnerDeletion: false })),
    });
  }

  async #dropOwners({ resource, key, object }: Item, uids: ReadonlySet<string>): Promise<void> {
    const kept = (object.metadata.ownerReferences ?? []).filter(({ uid }) => !uids.has(uid));
    await this.#patch(resource, key, { ownerReferences: kept.length > 0 ? kept : null });
  }

  async #dropFinalizer({ resource, key, object }: Item, finalizer: string): Promise<void> {
    const kept = (object.metadata.finalizers ?? []).filter((one) => one !== finalizer);
    await this.#patch(resource, key, { finalizers: kept.length > 0 ? kept : null });
  }

  async #patch(resource: ResourceDefinition, key: Item["key"], metadata: object): Promise<void> {
    try {
      await this.#context.client.patch(resource, key, { metadata });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
}

/** Being deleted, but after what it owns. */
function isInForeground({ object: { metadata } }: Item): boolean {
  return metadata.deletionTimestamp !== undefined && metadata.finalizers?.includes(foreground) === true;
}

function uidOf({ object }: Item): string {
  return object.metadata.uid ?? "";
}
