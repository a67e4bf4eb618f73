import { quantityValue } from "../../api/quantity.ts";
import type { Pod } from "../../api/types.gen.ts";
import { FileTree } from "../../runtime/files/file-tree.ts";
import { mostBytes } from "./most-bytes.ts";
import type { VolumeKind } from "./volume.ts";

/**
 * A directory that lives as long as its pod. In memory its size limit and the pod's memory limit are the
 * file system's; on disk, going over its limit gets the pod evicted.
 * https://kubernetes.io/docs/concepts/storage/volumes/#emptydir
 */
export const emptyDir: VolumeKind = {
  field: "emptyDir",

  mount({ volume, pod, context }) {
    const { medium, sizeLimit = "0" } = volume.emptyDir ?? {};
    const options = { clock: context.clock, mode: 0o777, sizeLimit: mostBytes };
    if (medium !== "Memory") return { tree: new FileTree(options) };
    const limits = [quantityValue(sizeLimit), memoryLimitOf(pod), mostBytes];
    const smallest = Math.min(...limits.filter((limit) => limit > 0));
    return { tree: new FileTree({ ...options, sizeLimit: smallest }) };
  },
};

/** 0: some container has none. */
function memoryLimitOf({ spec }: Pod): number {
  const limits = spec.containers.map(({ resources }) => quantityValue(resources?.limits?.["memory"] ?? "0"));
  return limits.includes(0) ? 0 : limits.reduce((sum, limit) => sum + limit, 0);
}
