import { tolerates } from "../tolerations.ts";
import type { SchedulerPlugin } from "../plugin.ts";

const taint = { key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" } as const;

/** Cordoned nodes take no new pods. */
export const nodeUnschedulable: SchedulerPlugin = {
  name: "NodeUnschedulable",
  filter: ({ spec }, { node }) =>
    node.spec.unschedulable && !tolerates(spec.tolerations, taint) ? "node(s) were unschedulable" : undefined,
};
