import { keyOf } from "../../api/object.ts";
import type { PersistentVolume, PersistentVolumeClaim } from "../../api/types.gen.ts";
import { deleteIfPresent } from "../../client/delete-if-present.ts";
import { persistentVolumeClaims } from "../../resources/core/persistent-volume-claim.ts";
import { persistentVolumes } from "../../resources/core/persistent-volume.ts";
import { localProvisioner } from "../../resources/storage/local-provisioner.ts";
import { type Controller, type ControllerContext, watching } from "../controller.ts";
import { bindCompleted, boundByController, setVolumePhase } from "./binding.ts";
import { component } from "./claim-events.ts";

/** Says in what state each volume is, and what becomes of it when its claim has gone. https://kubernetes.io/docs/concepts/storage/persistent-volumes/#reclaiming */
export const volumeBinder: Controller<PersistentVolume> = {
  name: "persistentvolume-reclaim-controller",
  reconciles: persistentVolumes,
  watches: [
    watching(persistentVolumeClaims, ({ type, object }, { informers }) => {
      const { volumeName } = object.spec;
      if (volumeName) return [{ namespace: "", name: volumeName }];
      if (type !== "DELETED") return [];
      const promised = informers
        .for(persistentVolumes)
        .list()
        .filter(({ spec }) => spec.claimRef?.uid === object.metadata.uid);
      return promised.map((volume) => keyOf(volume));
    }),
  ],

  async reconcile(key, context) {
    const volume = context.informers.for(persistentVolumes).get(key);
    if (!volume) return;
    const { claimRef } = volume.spec;
    if (!claimRef?.uid) {
      await setVolumePhase(volume, { phase: "Available" }, context);
      return;
    }
    const { namespace = "", name = "" } = claimRef;
    const claim = context.informers.for(persistentVolumeClaims).get({ namespace, name });
    if (!claim || claim.metadata.uid !== claimRef.uid) await release(volume, context);
    else if (claim.spec.volumeName === volume.metadata.name) await settle(volume, claim, context);
    else if (claim.spec.volumeName) await unbind(volume, context);
  },
};

/** The claim's own side may still be on its way. */
async function settle(
  volume: PersistentVolume,
  claim: PersistentVolumeClaim,
  context: ControllerContext,
): Promise<void> {
  if (claim.metadata.annotations?.[bindCompleted]) await setVolumePhase(volume, { phase: "Bound" }, context);
}

/** The claim has another volume. */
async function unbind(volume: PersistentVolume, context: ControllerContext): Promise<void> {
  const isOurs = volume.metadata.annotations?.["pv.kubernetes.io/provisioned-by"] !== undefined;
  if (isOurs && volume.spec.persistentVolumeReclaimPolicy === "Delete") await release(volume, context);
  else if (volume.metadata.annotations?.[boundByController]) {
    const metadata = { annotations: { [boundByController]: null } };
    await context.client.patch(persistentVolumes, keyOf(volume), { metadata, spec: { claimRef: null } });
  }
}

async function release(volume: PersistentVolume, context: ControllerContext): Promise<void> {
  if (volume.status?.phase === "Failed") return;
  await setVolumePhase(volume, { phase: "Released" }, context);
  switch (volume.spec.persistentVolumeReclaimPolicy) {
    case "Delete":
      await remove(volume, context);
      return;
    case "Recycle":
      await fail(
        volume,
        { reason: "VolumeFailedRecycle", message: "No recycler plugin found for the volume!" },
        context,
      );
      return;
    default:
  }
}

/** Only what was made here can be unmade here, and what lies in a node's /tmp. */
async function remove(volume: PersistentVolume, context: ControllerContext): Promise<void> {
  const { csi, hostPath } = volume.spec;
  if (csi?.driver === localProvisioner || hostPath?.path.startsWith("/tmp/")) {
    await deleteIfPresent(context.client, persistentVolumes, keyOf(volume));
    return;
  }
  if (csi) return;
  const name = JSON.stringify(volume.metadata.name);
  const message = hostPath
    ? `host_path deleter only supports /tmp/.+ but received provided ${hostPath.path}`
    : `error getting deleter volume plugin for volume ${name}: no deletable volume plugin matched`;
  await fail(volume, { reason: "VolumeFailedDelete", message }, context);
}

async function fail(
  volume: PersistentVolume,
  { reason, message }: { reason: string; message: string },
  context: ControllerContext,
): Promise<void> {
  const latest = context.informers.for(persistentVolumes).get(keyOf(volume)) ?? volume;
  await setVolumePhase(latest, { phase: "Failed", message }, context);
  context.events.record(volume, { component }, { type: "Warning", reason, message });
}
