import type { Pod } from "../../api/types.gen.ts";

const firstMs = 10_000;
const longestMs = 10 * 60_000;

/** Failures in a row, and when the last one was. */
export interface BackoffRecord {
  readonly failures: number;
  readonly lastFailureAt: number;
}

export const noFailures: BackoffRecord = { failures: 0, lastFailureAt: 0 };

/** A success forgives all that failed before it. */
export function afterFinished(
  before: BackoffRecord,
  { succeeded, failed }: { succeeded: readonly Pod[]; failed: readonly Pod[] },
): BackoffRecord {
  const lastSuccess = Math.max(0, ...succeeded.map((pod) => finishedAt(pod)));
  const later = failed.map((pod) => finishedAt(pod)).filter((at) => at >= lastSuccess);
  const failures = (succeeded.length > 0 ? 0 : before.failures) + later.length;
  return { failures, lastFailureAt: Math.max(succeeded.length > 0 ? 0 : before.lastFailureAt, ...later) };
}

/** Ms until the next pod may be made: 10 s after the first failure, doubling to 10 minutes. */
export function backoffMs({ failures, lastFailureAt }: BackoffRecord, now: number): number {
  if (failures === 0) return 0;
  return Math.max(0, lastFailureAt + Math.min(firstMs * 2 ** (failures - 1), longestMs) - now);
}

/** When its last container ended; failing that, when it went, or stopped being ready, or was made. */
export function finishedAt({ status, metadata }: Pod): number {
  const times = [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])].map(({ state }) =>
    Date.parse(state?.terminated?.finishedAt ?? ""),
  );
  if (times.length > 0 && times.every((time) => time > 0)) return Math.max(...times);
  const { deletionTimestamp, deletionGracePeriodSeconds = 0, creationTimestamp = "" } = metadata;
  if (deletionTimestamp) return Date.parse(deletionTimestamp) - deletionGracePeriodSeconds * 1000;
  const ready = status?.conditions?.find(({ type }) => type === "Ready");
  return Date.parse(ready?.lastTransitionTime ?? creationTimestamp);
}
