import type { Pod } from "../api/types.gen.ts";

/** https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/ */
export function priorityOf({ spec }: Pod): number {
  return spec.priority ?? 0;
}
