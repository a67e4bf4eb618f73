import { matchesNodeSelector } from "../../api/node-selector.ts";
import { compareQuantities } from "../../api/quantity.ts";
import { matchesSelector } from "../../api/selectors.ts";
import type { Node, PersistentVolume, PersistentVolumeClaim } from "../../api/types.gen.ts";
import { classNameOf } from "./volume-view.ts";

/** The smallest of the volumes that a claim can have on a node; one reserved for the claim comes first. https://kubernetes.io/docs/concepts/storage/persistent-volumes/#binding */
export function volumeFor(
  claim: PersistentVolumeClaim,
  volumes: readonly PersistentVolume[],
  node: Node,
): PersistentVolume | undefined {
  const able = volumes.filter((volume) => couldServe(volume, claim));
  const reserved = able.find(({ spec: { claimRef } }) => claimRef && isSameClaim(claimRef, claim));
  if (reserved) return isReachable(reserved, node) ? reserved : undefined;
  const selector = claim.spec.selector;
  const free = able.filter(
    (volume) =>
      !volume.spec.claimRef &&
      volume.status?.phase === "Available" &&
      isReachable(volume, node) &&
      (!selector || matchesSelector(selector, volume.metadata.labels ?? {})) &&
      (claim.spec.accessModes ?? []).every((mode) => volume.spec.accessModes?.includes(mode)),
  );
  return free.toSorted((a, b) => compareQuantities(capacityOf(a), capacityOf(b)))[0];
}

/** Whether a volume may be used on a node. */
export function isReachable({ spec: { nodeAffinity } }: PersistentVolume, node: Node): boolean {
  return !nodeAffinity?.required || matchesNodeSelector(nodeAffinity.required, node);
}

function couldServe(volume: PersistentVolume, claim: PersistentVolumeClaim): boolean {
  const { metadata, spec } = volume;
  return (
    !metadata.deletionTimestamp &&
    classNameOf(volume) === classNameOf(claim) &&
    (spec.volumeMode ?? "Filesystem") === (claim.spec.volumeMode ?? "Filesystem") &&
    compareQuantities(capacityOf(volume), requestedBy(claim)) >= 0
  );
}

function isSameClaim(
  { namespace, name, uid }: { readonly namespace?: string; readonly name?: string; readonly uid?: string },
  { metadata }: PersistentVolumeClaim,
): boolean {
  return namespace === metadata.namespace && name === metadata.name && (!uid || uid === metadata.uid);
}

function capacityOf({ spec }: PersistentVolume): string {
  return spec.capacity?.["storage"] ?? "0";
}

export function requestedBy({ spec }: PersistentVolumeClaim): string {
  return spec.resources?.requests?.["storage"] ?? "0";
}
