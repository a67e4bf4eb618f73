import type { Pod, PodDisruptionBudget } from "../../api/types.gen.ts";
import type { ClusterView } from "../cluster-view.ts";
import { type Demands, objectionTo, suppose } from "../demands.ts";
import type { NodeInfo } from "../node-info.ts";
import { priorityOf } from "../priority.ts";
import { impossible, type Refusal } from "../refusal.ts";
import { overBudget } from "./budgets.ts";
import { byImportance } from "./importance.ts";

/** What it would take to make room on a node. */
export interface Candidate {
  readonly node: NodeInfo;
  /** The most important first. */
  readonly victims: readonly Pod[];
  readonly budgetViolations: number;
}

const nobody = impossible("No preemption victims found for incoming pod");

/** The fewest and least important pods that must go from a node; a refusal when even all of them would not do. */
export function victimsOn(
  node: NodeInfo,
  demands: Demands,
  view: ClusterView,
  budgets: readonly PodDisruptionBudget[],
): Candidate | Refusal {
  const priority = priorityOf(demands.pod);
  const lesser = [...node.pods.values()].filter((pod) => priorityOf(pod) < priority).toSorted(byImportance);
  if (lesser.length === 0) return nobody;
  for (const pod of lesser) suppose(demands, pod, node, -1);
  const gone = new Set(lesser);
  try {
    const objection = objectionTo(node, demands, view);
    if (objection) return objection.refusal;
    const protectedPods = overBudget(lesser, budgets);
    const saveOrder = [...protectedPods, ...lesser.filter((pod) => !protectedPods.has(pod))];
    for (const pod of saveOrder) if (canStay(pod, node, demands, view)) gone.delete(pod);
    const victims = lesser.filter((pod) => gone.has(pod));
    return { node, victims, budgetViolations: victims.filter((pod) => protectedPods.has(pod)).length };
  } finally {
    for (const pod of gone) suppose(demands, pod, node, 1);
  }
}

/** Leaves the pod there if it can stay. */
function canStay(pod: Pod, node: NodeInfo, demands: Demands, view: ClusterView): boolean {
  suppose(demands, pod, node, 1);
  if (!objectionTo(node, demands, view)) return true;
  suppose(demands, pod, node, -1);
  return false;
}
