import type { SchedulerPlugin } from "../plugin.ts";
import { priorityOf } from "../priority.ts";

/** The most important pods first, then those that have waited longest. https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/ */
export const prioritySort: SchedulerPlugin & Required<Pick<SchedulerPlugin, "comesBefore">> = {
  name: "PrioritySort",

  comesBefore(a, b) {
    const difference = priorityOf(a.pod) - priorityOf(b.pod);
    return difference > 0 || (difference === 0 && a.turn < b.turn);
  },
};
