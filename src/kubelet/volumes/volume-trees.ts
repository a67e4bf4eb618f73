import { quantityValue } from "../../api/quantity.ts";
import type { Pod } from "../../api/types.gen.ts";
import { podAmounts } from "../../resources/quota/pod-amounts.ts";
import { FileTree, nodeDisk } from "../../runtime/files/file-tree.ts";
import type { KubeletContext } from "../node-context.ts";
import { mostBytes } from "./most-bytes.ts";

/** An empty directory on the node's disk, which everybody may write to. */
export function diskTree({ clock }: Pick<KubeletContext, "clock">): FileTree {
  return new FileTree({ clock, mode: 0o777, device: nodeDisk, sizeLimit: mostBytes });
}

/**
 * An empty tmpfs. It takes the pod's memory: it is no larger than the pod's limit or what the node has, whatever is
 * asked for. A pod is limited when all of its containers are. https://kubernetes.io/docs/concepts/storage/volumes/#emptydir
 */
export function memoryTree({ clock, allocatable }: KubeletContext, { spec }: Pod, wantedBytes = 0): FileTree {
  const isLimited = spec.containers.every(({ resources }) => resources?.limits?.["memory"] !== undefined);
  const podLimit = isLimited ? podAmounts(spec, "limits")["memory"] : undefined;
  const limits = [allocatable["memory"], podLimit].map((amount) => quantityValue(amount ?? "0"));
  const sizeLimit = Math.min(mostBytes, ...[...limits, wantedBytes].filter((bytes) => bytes > 0));
  return new FileTree({ clock, mode: 0o1777, sizeLimit });
}
