import type { Pod } from "../../api/types.gen.ts";
import { conditionOf, isReady, readySince, restartsOf } from "./pod-state.ts";

const costAnnotation = "controller.kubernetes.io/pod-deletion-cost";
const phaseRank: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 };

/**
 * The pods a controller removes first come first: not on a node, not running, not ready, cheap by annotation,
 * crowded on a node, ready for less time, restarted more, younger.
 * https://kubernetes.io/docs/concepts/workloads/controllers/replicaset/#scaling-a-replicaset
 */
export function inDeletionOrder(pods: readonly Pod[], neighbours: readonly Pod[] = pods): Pod[] {
  const crowd = new Map<string, number>();
  for (const { spec } of neighbours) crowd.set(spec.nodeName ?? "", (crowd.get(spec.nodeName ?? "") ?? 0) + 1);
  const ranked = pods.map((pod) => ({ pod, rank: rankOf(pod, crowd) }));
  ranked.sort((a, b) => compare(a.rank, b.rank) || (a.pod.metadata.name < b.pod.metadata.name ? -1 : 1));
  return ranked.map(({ pod }) => pod);
}

/** Lower goes first, place by place. */
function rankOf(pod: Pod, crowd: ReadonlyMap<string, number>): number[] {
  const { spec, status, metadata } = pod;
  return [
    spec.nodeName ? 1 : 0,
    phaseRank[status?.phase ?? "Pending"] ?? 0,
    isReady(pod) ? 1 : 0,
    Number(metadata.annotations?.[costAnnotation] ?? 0) || 0,
    -(crowd.get(spec.nodeName ?? "") ?? 0),
    -magnitude(readySince(pod)),
    -restartsOf(pod),
    -magnitude(Date.parse(metadata.creationTimestamp ?? "")),
    conditionOf(pod, "Ready") ? 1 : 0,
  ];
}

function magnitude(timeMs: number | undefined): number {
  return timeMs === undefined || Number.isNaN(timeMs) ? 0 : timeMs;
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [at, value] of a.entries()) {
    const difference = value - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
