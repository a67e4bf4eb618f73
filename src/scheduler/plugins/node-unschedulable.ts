import { tolerates } from "../../api/tolerations.ts";
import type { SchedulerPlugin } from "../plugin.ts";
import { impossible } from "../refusal.ts";

const taint = { key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" } as const;
const refusal = impossible("node(s) were unschedulable");

/** Cordoned nodes take no new pods. */
export const nodeUnschedulable: SchedulerPlugin = {
  name: "NodeUnschedulable",

  filter({ spec }) {
    if (tolerates(spec.tolerations, taint)) return undefined;
    return { refuses: ({ node }) => (node.spec.unschedulable ? refusal : undefined) };
  },

  helps(_, change) {
    if (change.what !== "node" || change.object.spec.unschedulable) return false;
    return !change.previous || change.previous.spec.unschedulable === true;
  },
};
