import { diskTree } from "./volume-trees.ts";
import type { VolumeKind } from "./volume.ts";

const fields: readonly VolumeKind["field"][] = [
  "awsElasticBlockStore",
  "azureDisk",
  "azureFile",
  "cephfs",
  "cinder",
  "csi",
  "fc",
  "flexVolume",
  "flocker",
  "gcePersistentDisk",
  "gitRepo",
  "glusterfs",
  "image",
  "iscsi",
  "nfs",
  "photonPersistentDisk",
  "portworxVolume",
  "quobyte",
  "rbd",
  "scaleIO",
  "storageos",
  "vsphereVolume",
];

/** Volumes whose storage is not simulated: an empty directory takes their place, and an Event says so. */
export const standIns: readonly VolumeKind[] = fields.map((field) => ({
  field,
  mount({ volume, context, warn }) {
    warn(
      "NotSimulated",
      `volume ${JSON.stringify(volume.name)}: ${field} is not simulated, an empty directory takes its place`,
    );
    return { tree: diskTree(context), readOnly: field === "image" };
  },
}));
