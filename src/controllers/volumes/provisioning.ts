import { keyOf } from "../../api/object.ts";
import { isAlreadyExists } from "../../api/status.ts";
import type { PersistentVolume, PersistentVolumeClaim, StorageClass } from "../../api/types.gen.ts";
import { persistentVolumeClaims } from "../../resources/core/persistent-volume-claim.ts";
import { persistentVolumes } from "../../resources/core/persistent-volume.ts";
import { isProvisionedHere, localProvisioner } from "../../resources/storage/local-provisioner.ts";
import type { ControllerContext } from "../controller.ts";
import { referenceTo } from "./binding.ts";
import { tellOf } from "./claim-events.ts";

const provisionedBy = "pv.kubernetes.io/provisioned-by";
const provisioners = ["volume.beta.kubernetes.io/storage-provisioner", "volume.kubernetes.io/storage-provisioner"];

/** Has a volume made by the provisioner of a class. https://kubernetes.io/docs/concepts/storage/dynamic-provisioning/ */
export async function provision(
  claim: PersistentVolumeClaim,
  { name, storageClass }: { name: string; storageClass: StorageClass | undefined },
  context: ControllerContext,
): Promise<void> {
  const { client } = context;
  if (!storageClass) {
    const message = `storageclass.storage.k8s.io ${JSON.stringify(name)} not found`;
    tellOf(claim, { type: "Warning", reason: "ProvisioningFailed", message }, context);
    return;
  }
  const { provisioner } = storageClass;
  // Volumes of this one are made by hand.
  if (provisioner === "kubernetes.io/no-provisioner") {
    const message = "no volume plugin matched name: kubernetes.io/no-provisioner";
    tellOf(claim, { type: "Warning", reason: "ProvisioningFailed", message }, context);
    return;
  }
  const annotations = Object.fromEntries(provisioners.map((key) => [key, provisioner]));
  if (!provisioners.every((key) => claim.metadata.annotations?.[key] === provisioner)) {
    await client.patch(persistentVolumeClaims, keyOf(claim), { metadata: { annotations } });
  }
  const message = `Waiting for a volume to be created either by the external provisioner '${provisioner}' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.`;
  tellOf(claim, { type: "Normal", reason: "ExternalProvisioning", message }, context);
  if (isProvisionedHere(provisioner)) await makeVolume(claim, storageClass, context);
}

async function makeVolume(
  claim: PersistentVolumeClaim,
  storageClass: StorageClass,
  context: ControllerContext,
): Promise<void> {
  const { namespace = "", name } = claim.metadata;
  const source = { component: localProvisioner };
  const starting = `External provisioner is provisioning volume for claim ${JSON.stringify(`${namespace}/${name}`)}`;
  tellOf(claim, { type: "Normal", reason: "Provisioning", message: starting }, context, source);
  const problem = sourceProblem(claim);
  if (problem) {
    const failure = `failed to provision volume with StorageClass ${JSON.stringify(storageClass.metadata.name)}: ${problem}`;
    tellOf(claim, { type: "Warning", reason: "ProvisioningFailed", message: failure }, context, source);
    return;
  }
  const volume = volumeFor(claim, storageClass);
  try {
    await context.client.create(persistentVolumes, volume);
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
  }
  const message = `Successfully provisioned volume ${volume.metadata.name}`;
  tellOf(claim, { type: "Normal", reason: "ProvisioningSucceeded", message }, context, source);
}

/** New volumes are empty: this provisioner has neither snapshots nor clones. */
function sourceProblem({ spec }: PersistentVolumeClaim): string | undefined {
  const { kind, name } = spec.dataSourceRef ?? spec.dataSource ?? {};
  if (kind === undefined) return undefined;
  if (kind === "PersistentVolumeClaim") {
    return "CSI driver does not support clone operations: controller CLONE_VOLUME capability is not found";
  }
  if (kind === "VolumeSnapshot") {
    return "CSI driver does not support snapshot restore: plugin CREATE_DELETE_SNAPSHOT capability is not found";
  }
  return `error getting handle for DataSource Type ${kind} by Name ${name ?? ""}: unsupported data source kind`;
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
