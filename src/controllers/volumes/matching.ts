import { compareQuantities } from "../../api/quantity.ts";
import { matchesSelector } from "../../api/selectors.ts";
import type { PersistentVolume, PersistentVolumeClaim } from "../../api/types.gen.ts";
import { storageClassOf } from "../../resources/core/access-modes.ts";
import { isFor } from "./binding.ts";

/**
 * The volume that answers a claim best: one promised to it, else the smallest that is large enough.
 * A claim that waits for its first consumer takes only what is promised to it.
 */
export function bestMatch(
  claim: PersistentVolumeClaim,
  volumes: readonly PersistentVolume[],
  { isDelayed }: { isDelayed: boolean },
): PersistentVolume | undefined {
  const fitting = volumes.filter((volume) => !volume.metadata.deletionTimestamp && fits(volume, claim));
  const promised = fitting.find((volume) => volume.spec.claimRef && isFor(volume, claim));
  if (promised || isDelayed) return promised;
  const free = fitting.filter(({ spec, status }) => spec.claimRef === undefined && status?.phase === "Available");
  const selected = free.filter(({ metadata, spec }) => {
    const { selector } = claim.spec;
    const hasClass = storageClassOf({ metadata, spec: classed(spec) }) === claimClass(claim);
    return hasClass && (!selector || matchesSelector(selector, metadata.labels ?? {}));
  });
  return selected.toSorted(
    (a, b) => compareQuantities(sizeOf(a), sizeOf(b)) || (a.metadata.name < b.metadata.name ? -1 : 1),
  )[0];
}

/** Large enough, of the same mode, and open in all the ways the claim asks for. */
function fits(volume: PersistentVolume, { spec }: PersistentVolumeClaim): boolean {
  return (
    compareQuantities(sizeOf(volume), spec.resources?.requests?.["storage"] ?? "0") >= 0 &&
    (volume.spec.volumeMode ?? "Filesystem") === (spec.volumeMode ?? "Filesystem") &&
    (spec.accessModes ?? []).every((mode) => volume.spec.accessModes?.includes(mode))
  );
}

/** Why a volume that a claim asks for by name will not do; undefined: it will. */
export function mismatch(volume: PersistentVolume, claim: PersistentVolumeClaim): string | undefined {
  const { spec } = claim;
  if (compareQuantities(sizeOf(volume), spec.resources?.requests?.["storage"] ?? "0") < 0) {
    return "requested PV is too small";
  }
  if (storageClassOf({ metadata: volume.metadata, spec: classed(volume.spec) }) !== claimClass(claim)) {
    return "storageClassName does not match";
  }
  if ((volume.spec.volumeMode ?? "Filesystem") !== (spec.volumeMode ?? "Filesystem")) return "incompatible volumeMode";
  return fits(volume, claim) ? undefined : "incompatible accessMode";
}

/** "": it wants none. */
export function claimClass({ metadata, spec }: PersistentVolumeClaim): string {
  return storageClassOf({ metadata, spec: classed(spec) });
}

function classed({ storageClassName }: { readonly storageClassName?: string }): { storageClassName?: string } {
  return storageClassName === undefined ? {} : { storageClassName };
}

function sizeOf({ spec }: PersistentVolume): string {
  return spec.capacity?.["storage"] ?? "0";
}
