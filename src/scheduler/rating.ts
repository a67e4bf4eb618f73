import type { Pod } from "../api/types.gen.ts";
import type { ClusterView } from "./cluster-view.ts";
import type { NodeInfo } from "./node-info.ts";
import type { SchedulerPlugin } from "./plugin.ts";

interface Field {
  readonly plugins: readonly SchedulerPlugin[];
  readonly nodes: readonly NodeInfo[];
}

/** One plugin's opinion of the nodes, 0 to 100 each, in their order. */
export interface Rating {
  readonly plugin: string;
  readonly weight: number;
  readonly scores: readonly number[];
}

export function ratingsOf(pod: Pod, view: ClusterView, { plugins, nodes }: Field): readonly Rating[] {
  return plugins.flatMap(({ name, weight = 1, score }) => {
    const scores = score?.(pod, view, nodes);
    return scores ? [{ plugin: name, weight, scores }] : [];
  });
}

/** For each of the nodes, in their order. */
export function totalScores(pod: Pod, view: ClusterView, field: Field): readonly number[] {
  const totals = field.nodes.map(() => 0);
  for (const { weight, scores } of ratingsOf(pod, view, field)) {
    scores.forEach((score, index) => {
      totals[index] = (totals[index] ?? 0) + weight * score;
    });
  }
  return totals;
}
