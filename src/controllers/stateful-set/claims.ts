import { type KubeObject, keyOf, type OwnerReference, sameTree } from "../../api/object.ts";
import { ApiError } from "../../api/status.ts";
import type { PersistentVolumeClaim, Pod, StatefulSet } from "../../api/types.gen.ts";
import type { Informers } from "../../client/informer.ts";
import { persistentVolumeClaims } from "../../resources/core/persistent-volume-claim.ts";
import type { ControllerContext } from "../controller.ts";
import { controllerReference } from "../pods/pod-control.ts";

/** The claims of one ordinal, by the name of their template. */
export function claimsFor(
  { metadata, spec }: StatefulSet,
  ordinal: number,
): ReadonlyMap<string, PersistentVolumeClaim> {
  return new Map(
    (spec.volumeClaimTemplates ?? []).map((template) => [
      template.metadata.name,
      {
        ...template,
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        metadata: {
          ...template.metadata,
          name: `${template.metadata.name}-${metadata.name}-${ordinal}`,
          namespace: metadata.namespace ?? "",
          labels: { ...template.metadata.labels, ...spec.selector.matchLabels },
        },
      },
    ]),
  );
}

/** Makes those that are missing, and tells of each in an Event of the set's. */
export async function createClaims(
  set: StatefulSet,
  { ordinal, pod }: { ordinal: number; pod: string },
  { client, informers, events }: ControllerContext,
): Promise<void> {
  const source = { component: "statefulset-controller" };
  for (const claim of claimsFor(set, ordinal).values()) {
    const existing = informers.for(persistentVolumeClaims).get(keyOf(claim));
    if (existing?.metadata.deletionTimestamp) {
      throw new ApiError(409, "Conflict", `pvc ${claim.metadata.name} is being deleted`);
    }
    if (existing) continue;
    const what = `create Claim ${claim.metadata.name}`;
    try {
      await client.create(persistentVolumeClaims, claim);
      const message = `${what} Pod ${pod} in StatefulSet ${set.metadata.name} success`;
      events.record(set, source, { type: "Normal", reason: "SuccessfulCreate", message });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const message = `${what} for Pod ${pod} in StatefulSet ${set.metadata.name} failed error: ${error.message}`;
      events.record(set, source, { type: "Warning", reason: "FailedCreate", message });
      throw error;
    }
  }
}

/** A claim that still belongs to a pod of the same name that was there before: a new pod must wait until it is gone. */
export function hasStaleClaim(
  set: StatefulSet,
  { ordinal, pod }: { ordinal: number; pod: string },
  informers: Informers,
): boolean {
  return [...claimsFor(set, ordinal).values()].some((claim) => {
    const existing = informers.for(persistentVolumeClaims).get(keyOf(claim));
    return existing?.metadata.ownerReferences?.some(({ kind, name }) => kind === "Pod" && name === pod) ?? false;
  });
}

/**
 * Who owns a pod's claims follows from the retention policy: nobody, the set, or a pod that is being scaled away.
 * https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#persistentvolumeclaim-retention
 */
export async function retainClaims(
  set: StatefulSet,
  { ordinal, pod, isCondemned }: { ordinal: number; pod: Pod; isCondemned: boolean },
  { client, informers }: ControllerContext,
): Promise<void> {
  for (const wanted of claimsFor(set, ordinal).values()) {
    const claim = informers.for(persistentVolumeClaims).get(keyOf(wanted));
    if (!claim) continue;
    const owner = ownerFor(set, pod, isCondemned);
    const before = claim.metadata.ownerReferences ?? [];
    const others = before.filter(({ uid }) => uid !== set.metadata.uid && uid !== pod.metadata.uid);
    const ownerReferences = owner ? [...others, controllerReference(owner)] : others;
    if (sameOwners(before, ownerReferences)) continue;
    await client.patch(persistentVolumeClaims, keyOf(claim), { metadata: { ownerReferences } });
  }
}

function ownerFor(set: StatefulSet, pod: Pod, isCondemned: boolean): KubeObject | undefined {
  const { whenDeleted, whenScaled } = set.spec.persistentVolumeClaimRetentionPolicy ?? {};
  if (whenScaled === "Delete" && isCondemned) return pod;
  return whenDeleted === "Delete" ? set : undefined;
}

function sameOwners(a: readonly OwnerReference[], b: readonly OwnerReference[]): boolean {
  const byUid = (owners: readonly OwnerReference[]): OwnerReference[] =>
    owners.toSorted((x, y) => (x.uid < y.uid ? -1 : 1));
  return sameTree(byUid(a), byUid(b));
}
