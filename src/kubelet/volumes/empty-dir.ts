import { quantityValue } from "../../api/quantity.ts";
import { diskTree, memoryTree } from "./volume-trees.ts";
import type { VolumeKind } from "./volume.ts";

/**
 * A directory that lives as long as its pod. In memory its size limit is the file system's; on disk, going over it
 * gets the pod evicted. https://kubernetes.io/docs/concepts/storage/volumes/#emptydir
 */
export const emptyDir: VolumeKind = {
  field: "emptyDir",

  mount({ volume, pod, context }) {
    const { medium, sizeLimit = "0" } = volume.emptyDir ?? {};
    if (medium !== "Memory") return { tree: diskTree(context) };
    return { tree: memoryTree(context, pod, quantityValue(sizeLimit)) };
  },
};
