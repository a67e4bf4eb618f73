import type { Pod } from "../../api/types.gen.ts";

/** Still there and neither ended nor on its way out. */
export function isActive({ metadata, status }: Pod): boolean {
  return metadata.deletionTimestamp === undefined && status?.phase !== "Succeeded" && status?.phase !== "Failed";
}

export function hasSucceeded({ status }: Pod): boolean {
  return status?.phase === "Succeeded";
}

export function hasFailed({ status }: Pod): boolean {
  return status?.phase === "Failed";
}

export function isTerminating({ metadata }: Pod): boolean {
  return metadata.deletionTimestamp !== undefined;
}

export function isReady(pod: Pod): boolean {
  return conditionOf(pod, "Ready")?.status === "True";
}

/** When it became ready, in ms; undefined: it is not. */
export function readySince(pod: Pod): number | undefined {
  const ready = conditionOf(pod, "Ready");
  return ready?.status === "True" ? Date.parse(ready.lastTransitionTime ?? "") : undefined;
}

/** Ready for at least `minReadySeconds`. https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#min-ready-seconds */
export function isAvailable(pod: Pod, minReadySeconds: number, now: number): boolean {
  if (minReadySeconds === 0) return isReady(pod);
  const since = readySince(pod);
  return since !== undefined && since + minReadySeconds * 1000 <= now;
}

/** Ms until a ready pod becomes available; undefined: it is, or it is not ready. */
export function availableInMs(pods: readonly Pod[], minReadySeconds: number, now: number): number | undefined {
  if (minReadySeconds === 0) return undefined;
  const waits = pods.flatMap((pod) => {
    const since = readySince(pod);
    const wait = since === undefined ? 0 : since + minReadySeconds * 1000 - now;
    return wait > 0 ? [wait] : [];
  });
  return waits.length > 0 ? Math.min(...waits) : undefined;
}

export function restartsOf({ status }: Pod): number {
  return (status?.containerStatuses ?? []).reduce((sum, { restartCount }) => sum + restartCount, 0);
}

export function conditionOf(
  { status }: Pod,
  type: string,
): { status: string; lastTransitionTime?: string } | undefined {
  return status?.conditions?.find((condition) => condition.type === type);
}
