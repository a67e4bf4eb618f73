import type { SchedulerPlugin } from "../plugin.ts";
import { impossible } from "../refusal.ts";

/** A pod with gates is not looked at until the last of them is gone. https://kubernetes.io/docs/concepts/scheduling-eviction/pod-scheduling-readiness/ */
export const schedulingGates: SchedulerPlugin = {
  name: "SchedulingGates",

  holdsBack({ spec: { schedulingGates: gates = [] } }) {
    if (gates.length === 0) return undefined;
    return impossible(`waiting for scheduling gates: [${gates.map(({ name }) => name).join(" ")}]`);
  },
};
