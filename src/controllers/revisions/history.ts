import { controllerOf, type KubeObject, keyOf, sameTree } from "../../api/object.ts";
import { isAlreadyExists } from "../../api/status.ts";
import type { ControllerRevision, PodTemplateSpec } from "../../api/types.gen.ts";
import { deleteIfPresent } from "../../client/delete-if-present.ts";
import type { Informers } from "../../client/informer.ts";
import { controllerRevisions } from "../../resources/apps/controller-revision.ts";
import type { ControllerContext } from "../controller.ts";
import { controllerReference } from "../pods/pod-control.ts";
import { templateHash } from "../template-hash.ts";

const byController = "controller-uid";
const hashLabel = "controller.kubernetes.io/hash";

/** Pods carry it: which revision they were made from. */
export const revisionLabel = "controller-revision-hash";

/** What keeps a history of its templates: StatefulSets and DaemonSets. */
export interface Revisioned extends KubeObject {
  readonly spec: { readonly template: PodTemplateSpec; readonly revisionHistoryLimit?: number };
  readonly status?: { readonly collisionCount?: number };
}

/** Makes `revisionsOf` possible; call from a controller's `start`. */
export function indexRevisions(informers: Informers): void {
  informers.for(controllerRevisions).addIndex(byController, (revision) => {
    const owner = controllerOf(revision);
    return owner ? [owner.uid] : [];
  });
}

/** An owner's revisions, oldest first. */
export function revisionsOf(owner: KubeObject, informers: Informers): readonly ControllerRevision[] {
  const found = informers.for(controllerRevisions).byIndex(byController, owner.metadata.uid ?? "");
  return found.toSorted((a, b) => a.revision - b.revision || (a.metadata.name < b.metadata.name ? -1 : 1));
}

/** The revision of the owner's present template, the newest of all, and how many names were taken on the way. */
export interface Snapshot {
  readonly revision: ControllerRevision;
  readonly collisionCount: number | undefined;
}

/** A template that comes back is not written again: its revision becomes the newest. */
export async function recordRevision(owner: Revisioned, context: ControllerContext): Promise<Snapshot> {
  const known = revisionsOf(owner, context.informers);
  const { collisionCount } = owner.status ?? {};
  const data = dataOf(owner.spec.template);
  const equal = known.findLast((revision) => sameTree(revision.data, data));
  const newest = known.at(-1);
  if (equal && equal === newest) return { revision: equal, collisionCount };
  const number = (newest?.revision ?? 0) + 1;
  if (equal) {
    const revision = await context.client.patch(controllerRevisions, keyOf(equal), { revision: number });
    return { revision, collisionCount };
  }
  return createRevision(owner, { data, number }, context);
}

/** `kubectl rollout undo` sends it as a strategic merge patch. */
function dataOf(template: PodTemplateSpec): Record<string, unknown> {
  return { spec: { template: { ...template, $patch: "replace" } } };
}

/** As Go writes a map: kubectl compares the bytes, to skip a rollback to what is there. */
function inKeyOrder(map: object): Record<string, unknown> {
  const entries = Object.entries(map).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, value]) => [key, orderedWithin(value)]));
}

function orderedWithin(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(orderedWithin);
  return typeof value === "object" && value !== null ? inKeyOrder(value) : value;
}

async function createRevision(
  owner: Revisioned,
  { data, number }: { data: Record<string, unknown>; number: number },
  { client, informers }: ControllerContext,
): Promise<Snapshot> {
  let { collisionCount } = owner.status ?? {};
  for (;;) {
    const candidate = revisionFor(owner, { data, number, collisions: collisionCount ?? 0 });
    try {
      return { revision: await client.create(controllerRevisions, candidate), collisionCount };
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
      const existing = informers.for(controllerRevisions).get(keyOf(candidate));
      const isOurs = existing && controllerOf(existing)?.uid === owner.metadata.uid && sameTree(existing.data, data);
      if (isOurs) return { revision: existing, collisionCount };
      collisionCount = (collisionCount ?? 0) + 1;
    }
  }
}

function revisionFor(
  owner: Revisioned,
  { data, number, collisions }: { data: Record<string, unknown>; number: number; collisions: number },
): ControllerRevision {
  const { name, namespace = "", annotations } = owner.metadata;
  const hash = templateHash(data, collisions);
  const labels = { ...owner.spec.template.metadata?.labels, [hashLabel]: hash };
  return {
    apiVersion: "apps/v1",
    kind: "ControllerRevision",
    metadata: {
      name: `${name}-${hash}`,
      namespace,
      labels: owner.kind === "DaemonSet" ? { ...labels, [revisionLabel]: hash } : labels,
      ...(annotations ? { annotations } : {}),
      ownerReferences: [controllerReference(owner)],
    },
    data: inKeyOrder(data),
    revision: number,
  };
}

/** The hash in a revision's name. */
export function hashOf({ metadata }: ControllerRevision): string {
  return metadata.labels?.[hashLabel] ?? "";
}

/** Revisions that nothing `isLive` needs go beyond the limit, oldest first. */
export async function truncateHistory(
  owner: Revisioned,
  isLive: (revision: ControllerRevision) => boolean,
  { client, informers }: ControllerContext,
): Promise<void> {
  const old = revisionsOf(owner, informers).filter((revision) => !isLive(revision));
  const limit = owner.spec.revisionHistoryLimit ?? 10;
  if (limit < 0) return;
  for (const revision of old.slice(0, Math.max(0, old.length - limit))) {
    await deleteIfPresent(client, controllerRevisions, keyOf(revision));
  }
}
