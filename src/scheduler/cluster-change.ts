import type {
  CSINode,
  CSIStorageCapacity,
  Node,
  PersistentVolume,
  PersistentVolumeClaim,
  Pod,
  StorageClass,
  VolumeAttachment,
} from "../api/types.gen.ts";

interface Changed<What extends string, T> {
  readonly what: What;
  readonly object: T;
  /** What it was before; none: it is new. */
  readonly previous?: T;
}

interface Gone<What extends string, T> {
  readonly what: What;
  readonly object: T;
}

/** Something has happened that may let a waiting pod run. Pods are those with a node. */
export type ClusterChange =
  | Changed<"node", Node>
  | Gone<"node gone", Node>
  | Changed<"pod", Pod>
  | Gone<"pod gone", Pod>
  | Changed<"claim", PersistentVolumeClaim>
  | Changed<"volume", PersistentVolume>
  | Changed<"storage class", StorageClass>
  | Changed<"csi node", CSINode>
  | Changed<"storage capacity", CSIStorageCapacity>
  | Gone<"attachment gone", VolumeAttachment>;
