import { keyOf } from "../../api/object.ts";
import { isAlreadyExists } from "../../api/status.ts";
import type { PersistentVolume, PersistentVolumeClaim, StorageClass } from "../../api/types.gen.ts";
import { persistentVolumeClaims } from "../../resources/core/persistent-volume-claim.ts";
import { persistentVolumes } from "../../resources/core/persistent-volume.ts";
import type { ControllerContext } from "../controller.ts";
import { component, referenceTo } from "./binding.ts";
import { localProvisioner } from "./standard-class.ts";

const provisionedBy = "pv.kubernetes.io/provisioned-by";
const provisioners = ["volume.beta.kubernetes.io/storage-provisioner", "volume.kubernetes.io/storage-provisioner"];

/** Has a volume made by the provisioner of a class. https://kubernetes.io/docs/concepts/storage/dynamic-provisioning/ */
export async function provision(
  claim: PersistentVolumeClaim,
  { name, storageClass }: { name: string; storageClass: StorageClass | undefined },
  context: ControllerContext,
): Promise<void> {
  const { client, events } = context;
  if (!storageClass) {
    const message = `storageclass.storage.k8s.io ${JSON.stringify(name)} not found`;
    events.record(claim, { component }, { type: "Warning", reason: "ProvisioningFailed", message });
    return;
  }
  const { provisioner } = storageClass;
  // Volumes of this one are made by hand.
  if (provisioner === "kubernetes.io/no-provisioner") {
    const message = "no volume plugin matched name: kubernetes.io/no-provisioner";
    events.record(claim, { component }, { type: "Warning", reason: "ProvisioningFailed", message });
    return;
  }
  const annotations = Object.fromEntries(provisioners.map((key) => [key, provisioner]));
  if (!provisioners.every((key) => claim.metadata.annotations?.[key] === provisioner)) {
    await client.patch(persistentVolumeClaims, keyOf(claim), { metadata: { annotations } });
  }
  const message = `Waiting for a volume to be created either by the external provisioner '${provisioner}' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.`;
  events.record(claim, { component }, { type: "Normal", reason: "ExternalProvisioning", message });
  if (provisioner === localProvisioner) await makeVolume(claim, storageClass, context);
}

async function makeVolume(
  claim: PersistentVolumeClaim,
  storageClass: StorageClass,
  { client, events }: ControllerContext,
): Promise<void> {
  const { namespace = "", name } = claim.metadata;
  const source = { component: localProvisioner };
  const starting = `External provisioner is provisioning volume for claim ${JSON.stringify(`${namespace}/${name}`)}`;
  events.record(claim, source, { type: "Normal", reason: "Provisioning", message: starting });
  const volume = volumeFor(claim, storageClass);
  try {
    await client.create(persistentVolumes, volume);
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
  }
  const message = `Successfully provisioned volume ${volume.metadata.name}`;
  events.record(claim, source, { type: "Normal", reason: "ProvisioningSucceeded", message });
}

/** One disk for all nodes, promised to its claim. */
function volumeFor(claim: PersistentVolumeClaim, storageClass: StorageClass): PersistentVolume {
  const { spec, metadata } = claim;
  const name = `pvc-${metadata.uid ?? ""}`;
  return {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name, annotations: { [provisionedBy]: localProvisioner } },
    spec: {
      accessModes: spec.accessModes ?? [],
      capacity: { storage: spec.resources?.requests?.["storage"] ?? "0" },
      claimRef: referenceTo(claim),
      csi: { driver: localProvisioner, volumeHandle: name },
      ...(storageClass.mountOptions ? { mountOptions: storageClass.mountOptions } : {}),
      persistentVolumeReclaimPolicy: storageClass.reclaimPolicy ?? "Delete",
      storageClassName: storageClass.metadata.name,
      volumeMode: spec.volumeMode ?? "Filesystem",
    },
  };
}
