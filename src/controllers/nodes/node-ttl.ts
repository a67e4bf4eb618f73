import type { Node } from "../../api/types.gen.ts";
import { nodes } from "../../resources/core/node.ts";
import { type Controller, watching } from "../controller.ts";

const annotation = "node.alpha.kubernetes.io/ttl";

/** Clusters of so many nodes at least and at most, and the seconds that their kubelets may keep what they have read. */
const steps = [
  { least: 0, most: 100, seconds: 0 },
  { least: 90, most: 500, seconds: 15 },
  { least: 450, most: 1000, seconds: 30 },
  { least: 900, most: 2000, seconds: 60 },
  { least: 1800, most: 10_000, seconds: 300 },
  { least: 9000, most: Number.POSITIVE_INFINITY, seconds: 600 },
] as const;

/**
 * Tells kubelets how long they may keep ConfigMaps and Secrets before they ask again: the larger the cluster, the
 * longer. A node learns of a new time when something about it changes.
 * https://kubernetes.io/docs/reference/labels-annotations-taints/#node-alpha-kubernetes-io-ttl
 */
export function nodeTtlController(): Controller<Node> {
  let count = 0;
  let step = 0;
  return {
    name: "ttl-controller",
    reconciles: nodes,
    watches: [
      watching(nodes, ({ type }) => {
        if (type === "ADDED") count++;
        else if (type === "DELETED") count--;
        step = stepOf(count, step);
        return [];
      }),
    ],

    async reconcile(key, { client, informers }) {
      const node = informers.for(nodes).get(key);
      const seconds = String(steps[step]?.seconds ?? 0);
      if (!node || node.metadata.annotations?.[annotation] === seconds) return;
      await client.patch(nodes, key, { metadata: { annotations: { [annotation]: seconds } } });
    },
  };
}

/** The ranges overlap, so that a cluster at a limit does not change its mind all the time. */
function stepOf(count: number, step: number): number {
  if (count > (steps[step]?.most ?? count)) return step + 1;
  return count < (steps[step]?.least ?? 0) ? step - 1 : step;
}
