import { matchesSelector } from "../../api/selectors.ts";
import type { LabelSelector, Pod, PodDisruptionBudget } from "../../api/types.gen.ts";

/** Which of the pods, lost in this order, would be one more than a budget allows. https://kubernetes.io/docs/tasks/run-application/configure-pdb/ */
export function overBudget(pods: readonly Pod[], budgets: readonly PodDisruptionBudget[]): ReadonlySet<Pod> {
  const left = new Map(budgets.map((budget) => [budget, budget.status?.disruptionsAllowed ?? 0]));
  const over = new Set<Pod>();
  for (const pod of pods) {
    for (const budget of budgets) {
      if (!isHeld(pod, budget)) continue;
      const remaining = (left.get(budget) ?? 0) - 1;
      left.set(budget, remaining);
      if (remaining < 0) over.add(pod);
    }
  }
  return over;
}

/** A pod that the budget has let go already is not held by it. */
function isHeld({ metadata }: Pod, { metadata: { namespace }, spec, status }: PodDisruptionBudget): boolean {
  const { labels = {} } = metadata;
  if (namespace !== metadata.namespace || Object.keys(labels).length === 0) return false;
  if (!spec.selector || isEmpty(spec.selector) || !matchesSelector(spec.selector, labels)) return false;
  return status?.disruptedPods?.[metadata.name] === undefined;
}

function isEmpty({ matchLabels = {}, matchExpressions = [] }: LabelSelector): boolean {
  return Object.keys(matchLabels).length === 0 && matchExpressions.length === 0;
}
