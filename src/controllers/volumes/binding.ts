import { keyOf } from "../../api/object.ts";
import type { ObjectReference, PersistentVolume, PersistentVolumeClaim } from "../../api/types.gen.ts";
import { persistentVolumeClaims } from "../../resources/core/persistent-volume-claim.ts";
import { persistentVolumes } from "../../resources/core/persistent-volume.ts";
import { timestamp } from "../../sim/clock.ts";
import type { ControllerContext } from "../controller.ts";

export const bindCompleted = "pv.kubernetes.io/bind-completed";
export const boundByController = "pv.kubernetes.io/bound-by-controller";

export type VolumePhase = "Available" | "Bound" | "Failed" | "Pending" | "Released";

/** Ties a volume and a claim together, from both sides. What is done already is left as it is. */
export async function bind(
  volume: PersistentVolume,
  claim: PersistentVolumeClaim,
  context: ControllerContext,
): Promise<void> {
  const held = await bindVolume(volume, claim, context);
  await setVolumePhase(held, { phase: "Bound" }, context);
  const { client } = context;
  const isNamed = claim.spec.volumeName === volume.metadata.name;
  if (!isNamed || claim.metadata.annotations?.[bindCompleted] === undefined) {
    const annotations = { [bindCompleted]: "yes", ...(isNamed ? {} : { [boundByController]: "yes" }) };
    const spec = { volumeName: volume.metadata.name };
    await client.patch(persistentVolumeClaims, keyOf(claim), { metadata: { annotations }, spec });
  }
  const { accessModes = [], capacity = {} } = volume.spec;
  const status = { phase: "Bound", accessModes, capacity };
  await client.patch(persistentVolumeClaims, keyOf(claim), { status }, "status");
}

async function bindVolume(
  volume: PersistentVolume,
  claim: PersistentVolumeClaim,
  { client }: ControllerContext,
): Promise<PersistentVolume> {
  const { claimRef } = volume.spec;
  if (claimRef?.uid === claim.metadata.uid) return volume;
  const annotations = claimRef ? {} : { annotations: { [boundByController]: "yes" } };
  const spec = { claimRef: referenceTo(claim) };
  return client.patch(persistentVolumes, keyOf(volume), { metadata: annotations, spec });
}

export function referenceTo({ metadata }: PersistentVolumeClaim): ObjectReference {
  const { name, namespace = "", uid = "", resourceVersion = "" } = metadata;
  return { apiVersion: "v1", kind: "PersistentVolumeClaim", name, namespace, uid, resourceVersion };
}

export async function setVolumePhase(
  volume: PersistentVolume,
  { phase, message }: { phase: VolumePhase; message?: string },
  { client, clock }: ControllerContext,
): Promise<void> {
  if (volume.status?.phase === phase && (message ?? volume.status.message) === volume.status.message) return;
  const lastPhaseTransitionTime =
    volume.status?.phase === phase ? (volume.status.lastPhaseTransitionTime ?? timestamp(clock)) : timestamp(clock);
  const status = { phase, message: message ?? null, lastPhaseTransitionTime };
  await client.patch(persistentVolumes, keyOf(volume), { status }, "status");
}

/** Whether a volume is promised to this claim, by name or by uid. */
export function isFor({ spec }: PersistentVolume, { metadata }: PersistentVolumeClaim): boolean {
  const { name, namespace, uid } = spec.claimRef ?? {};
  return name === metadata.name && namespace === metadata.namespace && (uid === undefined || uid === metadata.uid);
}
