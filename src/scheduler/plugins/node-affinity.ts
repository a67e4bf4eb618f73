import { allowsNode, matchesNodeTerm } from "../../api/node-selector.ts";
import type { NodeSelectorTerm, PodSpec } from "../../api/types.gen.ts";
import type { NodeFilter, SchedulerPlugin } from "../plugin.ts";
import { impossible } from "../refusal.ts";
import { share } from "../scores.ts";

const refusal = impossible("node(s) didn't match Pod's node affinity/selector");

/** nodeSelector and node affinity. https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/ */
export const nodeAffinity: SchedulerPlugin = {
  name: "NodeAffinity",
  weight: 2,

  filter({ spec }) {
    if (!spec.nodeSelector && !requiredTerms(spec)) return undefined;
    const filter: NodeFilter = { refuses: ({ node }) => (allowsNode(spec, node) ? undefined : refusal) };
    const nodes = namedNodes(requiredTerms(spec) ?? []);
    return nodes ? { ...filter, nodes } : filter;
  },

  score({ spec }, _, nodes) {
    const preferred = spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
    if (preferred.length === 0) return undefined;
    const rate = (node: Parameters<typeof matchesNodeTerm>[1]): number =>
      preferred.reduce((sum, { weight, preference }) => sum + (matchesNodeTerm(preference, node) ? weight : 0), 0);
    return share(nodes.map(({ node }) => rate(node)));
  },

  helps({ spec }, change) {
    if (change.what !== "node" || !allowsNode(spec, change.object)) return false;
    return !change.previous || !allowsNode(spec, change.previous);
  },
};

function requiredTerms({ affinity }: PodSpec): readonly NodeSelectorTerm[] | undefined {
  return affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
}

/** The nodes that the terms name, if every one of them does: a DaemonSet's pod names one. */
function namedNodes(terms: readonly NodeSelectorTerm[]): ReadonlySet<string> | undefined {
  const named = new Set<string>();
  for (const { matchFields = [] } of terms) {
    const lists = matchFields.filter(({ key, operator }) => key === "metadata.name" && operator === "In");
    const [first, ...others] = lists.map(({ values = [] }) => values);
    if (!first) return undefined;
    for (const name of first) if (others.every((list) => list.includes(name))) named.add(name);
  }
  return terms.length > 0 ? named : undefined;
}
