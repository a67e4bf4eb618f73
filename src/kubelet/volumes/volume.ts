import type { Pod, Volume } from "../../api/types.gen.ts";
import type { FileTree } from "../../runtime/files/file-tree.ts";
import type { KubeletContext } from "../node-context.ts";
import type { PayloadFile } from "./payload.ts";

/** A volume cannot be set up now; `message` says why in the kubelet's words. It is tried again. */
export class VolumeError extends Error {
  /** Which step of the kubelet failed. */
  readonly step: string;
  /** Of the persistent volume, where it is one. */
  readonly volumeName: string | undefined;

  constructor(message: string, where: { readonly step?: string; readonly volumeName?: string } = {}) {
    super(message);
    this.step = where.step ?? "MountVolume.SetUp failed";
    this.volumeName = where.volumeName;
  }
}

/** The pod's claim stands in the way, before there is anything to set up. */
export class ClaimError extends VolumeError {}

/** What a kind of volume is given to set one up. */
export interface VolumeRequest {
  readonly volume: Volume;
  readonly pod: Pod;
  readonly context: KubeletContext;
  /** Tells the user something in a Warning Event on the pod. */
  readonly warn: (reason: string, message: string) => void;
}

/** Files in a tree of their own or of somebody else. */
export interface Files {
  readonly tree: FileTree;
  /** Where in the tree the volume's root is; its root unless given. */
  readonly path?: string;
  readonly readOnly?: boolean;
}

/** Files that follow objects of the cluster. `make` is called again after each change of one of them or of the pod. */
export interface Projection {
  /** On the node's disk, not in its memory. */
  readonly isOnDisk?: true;
  make(pod: Pod): ReadonlyMap<string, PayloadFile> | Promise<ReadonlyMap<string, PayloadFile>>;
  /** When the files must be made anew though nothing has changed, in ms of the cluster's clock. */
  dueAt?(): number | undefined;
}

/** One kind of volume: what is done when a volume has the field. Throws VolumeError. */
export interface VolumeKind {
  readonly field: Exclude<keyof Volume, "name">;
  readonly mount: (request: VolumeRequest) => Files | Projection | Promise<Files | Projection>;
}
