import type { KubeObject } from "../../api/object.ts";
import type { PersistentVolume, PersistentVolumeClaim } from "../../api/types.gen.ts";
import { persistentVolumeClaims } from "../../resources/core/persistent-volume-claim.ts";
import { persistentVolumes } from "../../resources/core/persistent-volume.ts";
import { pods } from "../../resources/core/pod.ts";
import { type Controller, watching } from "../controller.ts";
import { claimsOf, indexPodsByClaim, podsUsing } from "./pods-of-claim.ts";

const claimFinalizer = "kubernetes.io/pvc-protection";
const volumeFinalizer = "kubernetes.io/pv-protection";

/** Holds a claim that is being deleted until no pod uses it. https://kubernetes.io/docs/concepts/storage/persistent-volumes/#storage-object-in-use-protection */
export const claimProtectionController: Controller<PersistentVolumeClaim> = {
  name: "persistentvolumeclaim-protection-controller",
  reconciles: persistentVolumeClaims,
  watches: [watching(pods, ({ type, object }) => (type === "DELETED" ? claimsOf(object) : []))],

  start({ informers }) {
    indexPodsByClaim(informers);
  },

  async reconcile(key, { client, informers }) {
    const claim = informers.for(persistentVolumeClaims).get(key);
    if (!claim?.metadata.deletionTimestamp || !claim.metadata.finalizers?.includes(claimFinalizer)) return;
    const isUsed = podsUsing(key, informers).some(({ spec }) => spec.nodeName !== undefined);
    if (!isUsed)
      await client.patch(persistentVolumeClaims, key, { metadata: { finalizers: without(claim, claimFinalizer) } });
  },
};

/** Holds a volume that is being deleted while it is bound. */
export const volumeProtectionController: Controller<PersistentVolume> = {
  name: "persistentvolume-protection-controller",
  reconciles: persistentVolumes,

  async reconcile(key, { client, informers }) {
    const volume = informers.for(persistentVolumes).get(key);
    if (!volume?.metadata.deletionTimestamp || !volume.metadata.finalizers?.includes(volumeFinalizer)) return;
    if (volume.status?.phase === "Bound") return;
    await client.patch(persistentVolumes, key, { metadata: { finalizers: without(volume, volumeFinalizer) } });
  },
};

function without({ metadata }: KubeObject, finalizer: string): readonly string[] | null {
  const kept = (metadata.finalizers ?? []).filter((one) => one !== finalizer);
  return kept.length > 0 ? kept : null;
}
