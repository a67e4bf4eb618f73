import type { Pod } from "../../api/types.gen.ts";
import { isReady, readySince, restartsOf } from "./pod-state.ts";

const costAnnotation = "controller.kubernetes.io/pod-deletion-cost";
const phaseRank: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 };

/**
 * The pods a controller removes first come first: not on a node, not running, not ready, cheap by annotation,
 * crowded on a node, ready for much less time, restarted more, much younger. Ages in the same power of two are
 * alike: then the uid decides, which is chance. https://kubernetes.io/docs/concepts/workloads/controllers/replicaset/#scaling-a-replicaset
 */
export function inDeletionOrder(pods: readonly Pod[], neighbours: readonly Pod[], now: number): Pod[] {
  const crowd = new Map<string, number>();
  for (const { spec } of neighbours) crowd.set(spec.nodeName ?? "", (crowd.get(spec.nodeName ?? "") ?? 0) + 1);
  const ranked = pods.map((pod) => rankedPod(pod, crowd, now));
  return ranked.toSorted(compare).map(({ pod }) => pod);
}

interface RankedPod {
  readonly pod: Pod;
  /** Lower goes first, place by place. */
  readonly rank: readonly number[];
  readonly readySince: number;
  readonly readyAge: number;
  readonly restarts: number;
  readonly createdAt: number;
  readonly age: number;
}

function rankedPod(pod: Pod, crowd: ReadonlyMap<string, number>, now: number): RankedPod {
  const { spec, status, metadata } = pod;
  const ready = readySince(pod) ?? 0;
  const createdAt = Date.parse(metadata.creationTimestamp ?? "");
  const rank = [
    spec.nodeName ? 1 : 0,
    phaseRank[status?.phase ?? "Pending"] ?? 0,
    isReady(pod) ? 1 : 0,
    Number(metadata.annotations?.[costAnnotation] ?? 0) || 0,
    -(crowd.get(spec.nodeName ?? "") ?? 0),
  ];
  const ages = { readyAge: logAge(now - ready), age: logAge(now - createdAt) };
  return { pod, rank, readySince: ready, restarts: restartsOf(pod), createdAt, ...ages };
}

/** The power of two of an age in nanoseconds. */
function logAge(ageMs: number): number {
  return ageMs > 0 ? Math.floor(Math.log2(ageMs * 1e6)) : -1;
}

function compare(a: RankedPod, b: RankedPod): number {
  for (const [at, value] of a.rank.entries()) {
    const difference = value - (b.rank[at] ?? 0);
    if (difference !== 0) return difference;
  }
  if (a.readySince !== b.readySince) return a.readyAge - b.readyAge || byUid(a, b);
  if (a.restarts !== b.restarts) return b.restarts - a.restarts;
  if (a.createdAt !== b.createdAt) return a.age - b.age || byUid(a, b);
  return a.pod.metadata.name < b.pod.metadata.name ? -1 : 1;
}

function byUid(a: RankedPod, b: RankedPod): number {
  return (a.pod.metadata.uid ?? "") < (b.pod.metadata.uid ?? "") ? -1 : 1;
}
