import type { Pod } from "../api/types.gen.ts";
import type { ClusterView } from "./cluster-view.ts";
import { demandsOf } from "./demands.ts";
import type { NodeInfo } from "./node-info.ts";
import type { SchedulerPlugin } from "./plugin.ts";
import { ratingsOf } from "./rating.ts";

/** What a plugin has against a node, in upstream's words. */
export interface ExplainedRefusal {
  readonly plugin: string;
  readonly reasons: readonly string[];
}

/** What every plugin says of one node. */
export interface NodeExplanation {
  readonly node: string;
  /** Empty: the pod may run there. */
  readonly refusals: readonly ExplainedRefusal[];
  /** Of nodes where it may run: 0 to 100 from each plugin that has an opinion, and how much it counts. */
  readonly scores: readonly { readonly plugin: string; readonly score: number; readonly weight: number }[];
  /** All scores by their weights. */
  readonly total: number;
}

/** Why a pod runs, or would run, where it does. */
export interface Explanation {
  /** `namespace/name`. */
  readonly pod: string;
  /** Where it is now; none: nowhere yet. */
  readonly node?: string;
  /** No node can help the pod as it is. */
  readonly refusal?: ExplainedRefusal;
  /** The best first. */
  readonly nodes: readonly NodeExplanation[];
}

/** As if the pod had no node yet. */
export function explain(pod: Pod, view: ClusterView, plugins: readonly SchedulerPlugin[]): Explanation {
  const { uid = "", namespace = "", name } = pod.metadata;
  const place = view.placeOf(uid);
  const told = { pod: `${namespace}/${name}`, ...(place === undefined ? {} : { node: place }) };
  if (place === undefined) return { ...told, ...explainUnplaced(pod, view, plugins) };
  view.remove(uid);
  try {
    return { ...told, ...explainUnplaced(pod, view, plugins) };
  } finally {
    view.place(pod, place);
  }
}

type Opinions = Pick<Explanation, "refusal" | "nodes">;

function explainUnplaced(given: Pod, view: ClusterView, plugins: readonly SchedulerPlugin[]): Opinions {
  const { nodeName: _, ...spec } = given.spec;
  const pod = { ...given, spec };
  for (const { name: plugin, holdsBack } of plugins) {
    const refusal = holdsBack?.(pod);
    if (refusal) return { refusal: { plugin, reasons: refusal.reasons }, nodes: [] };
  }
  const demands = demandsOf(pod, view, plugins);
  if (!("filters" in demands)) {
    return { refusal: { plugin: demands.plugin, reasons: demands.refusal.reasons }, nodes: [] };
  }
  const refusals = new Map(
    view.nodes.map((node) => [
      node,
      demands.filters.flatMap(({ plugin, filter }): ExplainedRefusal[] => {
        const refusal = filter.refuses(node);
        return refusal ? [{ plugin, reasons: refusal.reasons }] : [];
      }),
    ]),
  );
  const feasible = view.nodes.filter((node) => refusals.get(node)?.length === 0);
  const ratings = ratingsOf(pod, view, { plugins, nodes: feasible });
  const scoresOf = (node: NodeInfo): NodeExplanation["scores"] => {
    const index = feasible.indexOf(node);
    if (index === -1) return [];
    return ratings.map(({ plugin, weight, scores }) => ({ plugin, weight, score: scores[index] ?? 0 }));
  };
  const explained = [...refusals].map(([node, against]): NodeExplanation => {
    const scores = scoresOf(node);
    const total = scores.reduce((sum, { score, weight }) => sum + score * weight, 0);
    return { node: node.name, refusals: against, scores, total };
  });
  return { nodes: explained.toSorted((a, b) => a.refusals.length - b.refusals.length || b.total - a.total) };
}
