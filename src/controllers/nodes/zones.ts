import type { Node } from "../../api/types.gen.ts";

/** How much of a zone is lost: nobody or few, most, or all of it. */
export type ZoneState = "normal" | "partial" | "full";

const unhealthyShare = 0.55;
/** Nodes per second from which pods are driven out: of a zone that is well, and of a large one that is mostly lost. */
const nodesPerSecond = 0.1;
const secondaryNodesPerSecond = 0.01;
/** A zone of so many nodes or fewer that is mostly lost is left alone. */
const largeZone = 50;

/** Region and zone of a node; all nodes without are in one zone. https://kubernetes.io/docs/reference/labels-annotations-taints/#topologykubernetesiozone */
export function zoneOf({ metadata: { labels = {} } }: Node): string {
  const region = labels["topology.kubernetes.io/region"] ?? "";
  const zone = labels["topology.kubernetes.io/zone"] ?? "";
  return `${region}:${zone}`;
}

export function stateOf({ size, lost }: { readonly size: number; readonly lost: number }): ZoneState {
  if (lost > 0 && lost === size) return "full";
  return lost > 2 && lost / size >= unhealthyShare ? "partial" : "normal";
}

/** Ms between two nodes of a zone; Infinity: its pods stay. https://kubernetes.io/docs/concepts/architecture/nodes/#rate-limits-on-eviction */
export function evictionIntervalMs(state: ZoneState, size: number): number {
  if (state !== "partial") return 1000 / nodesPerSecond;
  return size > largeZone ? 1000 / secondaryNodesPerSecond : Infinity;
}
