import { quantityValue } from "../../api/quantity.ts";
import { FileTree } from "../../runtime/files/file-tree.ts";
import type { VolumeKind } from "./volume.ts";

/**
 * A directory that lives as long as its pod. In memory its size limit is the file system's; on disk, going over it
 * gets the pod evicted. https://kubernetes.io/docs/concepts/storage/volumes/#emptydir
 */
export const emptyDir: VolumeKind = {
  field: "emptyDir",

  mount({ volume, context, evict }) {
    const { medium, sizeLimit } = volume.emptyDir ?? {};
    const limit = sizeLimit === undefined ? 0 : quantityValue(sizeLimit);
    const options = { clock: context.clock, mode: 0o777 };
    if (limit === 0 || sizeLimit === undefined) return { tree: new FileTree(options) };
    if (medium === "Memory") return { tree: new FileTree({ ...options, sizeLimit: limit }) };
    let isOver = false;
    const onUsage = (usedBytes: number): void => {
      if (isOver || usedBytes <= limit) return;
      isOver = true;
      evict(`Usage of EmptyDir volume ${JSON.stringify(volume.name)} exceeds the limit ${JSON.stringify(sizeLimit)}. `);
    };
    return { tree: new FileTree({ ...options, onUsage }) };
  },
};
