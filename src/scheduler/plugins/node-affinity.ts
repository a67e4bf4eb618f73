import { matchesTerm } from "../node-selection.ts";
import type { SchedulerPlugin } from "../plugin.ts";

/** nodeSelector and node affinity. https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/ */
export const nodeAffinity: SchedulerPlugin = {
  name: "NodeAffinity",
  weight: 2,

  filter({ spec }, { node }) {
    const labels = node.metadata.labels ?? {};
    const selected = Object.entries(spec.nodeSelector ?? {}).every(([key, value]) => labels[key] === value);
    const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
    const wanted = !required || required.nodeSelectorTerms.some((term) => matchesTerm(term, node));
    return selected && wanted ? undefined : "node(s) didn't match Pod's node affinity/selector";
  },

  score({ spec }, { node }, { nodes }) {
    const preferred = spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
    if (preferred.length === 0 || nodes.length === 0) return 0;
    const total = preferred.reduce((sum, { weight }) => sum + weight, 0);
    const met = preferred.filter(({ preference }) => matchesTerm(preference, node));
    return (100 * met.reduce((sum, { weight }) => sum + weight, 0)) / total;
  },
};
