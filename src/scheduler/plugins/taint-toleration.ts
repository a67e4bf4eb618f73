import { tolerates } from "../../api/tolerations.ts";
import type { Node, PodSpec, Taint } from "../../api/types.gen.ts";
import type { SchedulerPlugin } from "../plugin.ts";
import { impossible, type Refusal } from "../refusal.ts";
import { share } from "../scores.ts";

/** https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/ */
export const taintToleration: SchedulerPlugin = {
  name: "TaintToleration",
  weight: 3,

  filter({ spec }) {
    return {
      refuses({ node }) {
        const taint = untolerated(node, spec);
        return taint && refusalFor(taint);
      },
    };
  },

  score({ spec }, _, nodes) {
    const disliked = nodes.map(({ node }) => countDisliked(node.spec.taints, spec));
    return share(disliked).map((part) => 100 - part);
  },

  helps({ spec }, change) {
    if (change.what !== "node" || untolerated(change.object, spec)) return false;
    return !change.previous || untolerated(change.previous, spec) !== undefined;
  },
};

function untolerated({ spec: { taints } }: Node, { tolerations }: PodSpec): Taint | undefined {
  return taints?.find((taint) => taint.effect !== "PreferNoSchedule" && !tolerates(tolerations, taint));
}

function countDisliked(taints: readonly Taint[] | undefined, { tolerations }: PodSpec): number {
  if (!taints) return 0;
  return taints.filter((taint) => taint.effect === "PreferNoSchedule" && !tolerates(tolerations, taint)).length;
}

const refusals = new WeakMap<Taint, Refusal>();

function refusalFor(taint: Taint): Refusal {
  let refusal = refusals.get(taint);
  if (!refusal) {
    refusal = impossible(`node(s) had untolerated taint {${taint.key}: ${taint.value ?? ""}}`);
    refusals.set(taint, refusal);
  }
  return refusal;
}
