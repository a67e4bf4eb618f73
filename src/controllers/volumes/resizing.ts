import { keyOf } from "../../api/object.ts";
import { compareQuantities } from "../../api/quantity.ts";
import type { PersistentVolume, PersistentVolumeClaim } from "../../api/types.gen.ts";
import { persistentVolumeClaims } from "../../resources/core/persistent-volume-claim.ts";
import { persistentVolumes } from "../../resources/core/persistent-volume.ts";
import { localProvisioner } from "../../resources/storage/local-provisioner.ts";
import type { ControllerContext } from "../controller.ts";
import { tellOf } from "./claim-events.ts";

/** Lets a volume of ours grow when its claim asks for more; others are somebody else's work. https://kubernetes.io/docs/concepts/storage/persistent-volumes/#expanding-persistent-volumes-claims */
export async function resize(
  claim: PersistentVolumeClaim,
  volume: PersistentVolume,
  context: ControllerContext,
): Promise<void> {
  const { client, events } = context;
  const asked = claim.spec.resources?.requests?.["storage"] ?? "0";
  if (compareQuantities(asked, claim.status?.capacity?.["storage"] ?? "0") <= 0) return;
  if (volume.spec.csi?.driver !== localProvisioner) {
    const waiting = "waiting for an external controller to expand this PVC";
    const text = { type: "Normal", reason: "ExternalExpanding", message: waiting } as const;
    tellOf(claim, text, context, { component: "volume_expand" });
    return;
  }
  const source = { component: `external-resizer ${localProvisioner}` };
  const message = `External resizer is resizing volume ${volume.metadata.name}`;
  events.record(claim, source, { type: "Normal", reason: "Resizing", message });
  const capacity = { storage: asked };
  await client.patch(persistentVolumes, keyOf(volume), { spec: { capacity } });
  await client.patch(persistentVolumeClaims, keyOf(claim), { status: { capacity } }, "status");
  events.record(claim, source, {
    type: "Normal",
    reason: "VolumeResizeSuccessful",
    message: "Resize volume succeeded",
  });
}
