import type { Pod } from "../api/types.gen.ts";

/** `web_default(uid)`, as the kubelet names a pod. */
export function podIdOf({ metadata }: Pick<Pod, "metadata">): string {
  return `${metadata.name}_${metadata.namespace ?? ""}(${metadata.uid ?? ""})`;
}
