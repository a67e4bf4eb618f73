import { keyOf, type ObjectKey } from "../../api/object.ts";
import type { PersistentVolume, PersistentVolumeClaim, Pod, StorageClass } from "../../api/types.gen.ts";
import type { EventText } from "../../client/events.ts";
import { persistentVolumeClaims } from "../../resources/core/persistent-volume-claim.ts";
import { persistentVolumes } from "../../resources/core/persistent-volume.ts";
import { pods } from "../../resources/core/pod.ts";
import { storageClasses } from "../../resources/storage/storage-class.ts";
import { type Controller, type ControllerContext, watching } from "../controller.ts";
import { bind, bindCompleted, isFor } from "./binding.ts";
import { tellOf } from "./claim-events.ts";
import { bestMatch, claimClass, mismatch } from "./matching.ts";
import { claimsOf, indexPodsByClaim, podsUsing } from "./pods-of-claim.ts";
import { provision } from "./provisioning.ts";
import { resize } from "./resizing.ts";

const selectedNode = "volume.kubernetes.io/selected-node";

/** Finds each claim a volume, or has one made. https://kubernetes.io/docs/concepts/storage/persistent-volumes/#binding */
export const claimBinder: Controller<PersistentVolumeClaim> = {
  name: "persistentvolume-binder-controller",
  reconciles: persistentVolumeClaims,
  watches: [
    watching(persistentVolumes, ({ object }, { informers }) => [...promisedTo(object), ...waiting(informers)]),
    watching(storageClasses, (_event, { informers }) => waiting(informers)),
    watching(pods, ({ object }) => (isUnschedulable(object) ? claimsOf(object) : [])),
  ],

  start({ informers }) {
    indexPodsByClaim(informers);
  },

  async reconcile(key, context) {
    const claim = context.informers.for(persistentVolumeClaims).get(key);
    if (!claim) return;
    if (claim.metadata.annotations?.[bindCompleted] !== undefined) await checkBound(claim, context);
    else if (claim.metadata.deletionTimestamp) return;
    else if (claim.spec.volumeName) await bindNamed(claim, claim.spec.volumeName, context);
    else await bindAny(claim, context);
  },
};

function isUnschedulable({ spec, status }: Pod): boolean {
  if (spec.nodeName) return false;
  return (status?.conditions ?? []).some(({ reason }) => reason === "Unschedulable");
}

function promisedTo({ spec }: PersistentVolume): readonly ObjectKey[] {
  const { namespace, name } = spec.claimRef ?? {};
  return namespace && name ? [{ namespace, name }] : [];
}

function waiting(informers: ControllerContext["informers"]): readonly ObjectKey[] {
  return informers
    .for(persistentVolumeClaims)
    .list()
    .filter(({ status }) => status?.phase === "Pending")
    .map((claim) => keyOf(claim));
}

/** A claim that was bound stays so, or is lost. */
async function checkBound(claim: PersistentVolumeClaim, context: ControllerContext): Promise<void> {
  const volume =
    claim.spec.volumeName &&
    context.informers.for(persistentVolumes).get({ namespace: "", name: claim.spec.volumeName });
  if (!volume) {
    await lose(
      claim,
      { reason: "ClaimLost", message: "Bound claim has lost its PersistentVolume. Data on the volume is lost!" },
      context,
    );
  } else if (!volume.spec.claimRef || isFor(volume, claim)) {
    if (volume.spec.claimRef?.uid !== claim.metadata.uid || claim.status?.phase !== "Bound")
      await bind(volume, claim, context);
    else await resize(claim, volume, context);
  } else {
    const message = "Two claims are bound to the same volume, this one is bound incorrectly";
    await lose(claim, { reason: "ClaimMisbound", message }, context);
  }
}

async function lose(
  claim: PersistentVolumeClaim,
  { reason, message }: { reason: string; message: string },
  context: ControllerContext,
): Promise<void> {
  if (claim.status?.phase === "Lost") return;
  await context.client.patch(
    persistentVolumeClaims,
    keyOf(claim),
    { status: { phase: "Lost", accessModes: null, capacity: null } },
    "status",
  );
  tellOf(claim, { type: "Warning", reason, message }, context);
}

async function bindNamed(claim: PersistentVolumeClaim, name: string, context: ControllerContext): Promise<void> {
  const volume = context.informers.for(persistentVolumes).get({ namespace: "", name });
  if (!volume) return;
  if (volume.spec.claimRef && !isFor(volume, claim)) return;
  const problem = volume.spec.claimRef?.uid === undefined ? mismatch(volume, claim) : undefined;
  if (!problem) {
    await bind(volume, claim, context);
    return;
  }
  const message = `Cannot bind to requested volume ${JSON.stringify(name)}: ${problem}`;
  tellOf(claim, { type: "Warning", reason: "VolumeMismatch", message }, context);
}

async function bindAny(claim: PersistentVolumeClaim, context: ControllerContext): Promise<void> {
  const { informers } = context;
  const name = claimClass(claim);
  const storageClass = name ? informers.for(storageClasses).get({ namespace: "", name }) : undefined;
  const isDelayed = isWaiting(claim, storageClass);
  const volume = bestMatch(claim, informers.for(persistentVolumes).list(), { isDelayed });
  if (volume) {
    await bind(volume, claim, context);
  } else if (isDelayed) {
    tellOf(claim, waitText(claim, context), context);
  } else if (name) {
    await provision(claim, { name, storageClass }, context);
  } else {
    const message = "no persistent volumes available for this claim and no storage class is set";
    tellOf(claim, { type: "Normal", reason: "FailedBinding", message }, context);
  }
}

function waitText(claim: PersistentVolumeClaim, { informers }: ControllerContext): EventText {
  const unplaced = podsUsing(keyOf(claim), informers).filter(({ spec }) => !spec.nodeName);
  const names = unplaced.map(({ metadata }) => metadata.name).join(",");
  const type = "Normal";
  if (names === "") {
    return { type, reason: "WaitForFirstConsumer", message: "waiting for first consumer to be created before binding" };
  }
  const message = `waiting for ${unplaced.length > 1 ? "pods" : "pod"} ${names} to be scheduled`;
  return { type, reason: "WaitForPodScheduled", message };
}

/** The scheduler says where its first pod goes. https://kubernetes.io/docs/concepts/storage/storage-classes/#volume-binding-mode */
function isWaiting({ metadata }: PersistentVolumeClaim, storageClass: StorageClass | undefined): boolean {
  return (
    storageClass?.volumeBindingMode === "WaitForFirstConsumer" && metadata.annotations?.[selectedNode] === undefined
  );
}
