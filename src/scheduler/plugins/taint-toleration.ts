import type { Taint } from "../../api/types.gen.ts";
import type { SchedulerPlugin } from "../plugin.ts";
import { tolerates } from "../tolerations.ts";

/** https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/ */
export const taintToleration: SchedulerPlugin = {
  name: "TaintToleration",
  weight: 3,

  filter({ spec }, { node }) {
    const refused = (node.spec.taints ?? []).find(
      (taint) => taint.effect !== "PreferNoSchedule" && !tolerates(spec.tolerations, taint),
    );
    return refused && `node(s) had untolerated taint {${shown(refused)}}`;
  },

  score({ spec }, { node }) {
    const disliked = (node.spec.taints ?? []).filter(
      (taint) => taint.effect === "PreferNoSchedule" && !tolerates(spec.tolerations, taint),
    );
    return 100 / (1 + disliked.length);
  },
};

function shown({ key, value = "" }: Taint): string {
  return `${key}: ${value}`;
}
