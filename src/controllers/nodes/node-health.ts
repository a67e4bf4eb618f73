import type { Node, NodeCondition } from "../../api/types.gen.ts";

/** A node that has not been heard of for so long counts as lost. */
export const graceMs = 50_000;
/** For its first word it may take longer. */
const startupGraceMs = 60_000;

const watched = ["Ready", "MemoryPressure", "DiskPressure", "PIDPressure"];

/** When a node was last heard of, and when its silence becomes too long; ms. */
export interface Health {
  readonly heardAt: number;
  readonly lostAt: number;
}

/** A node is heard of by its lease and by its status. https://kubernetes.io/docs/reference/node/node-status/#heartbeats */
export function healthOf({ metadata, status }: Node, renewTime: string | undefined): Health {
  const ready = status?.conditions?.find(({ type }) => type === "Ready");
  const heard = [renewTime, ready?.lastHeartbeatTime].map((time) => Date.parse(time ?? "") || 0);
  const createdAt = Date.parse(metadata.creationTimestamp ?? "") || 0;
  const heardAt = Math.max(...heard);
  return heardAt > 0
    ? { heardAt, lostAt: heardAt + graceMs }
    : { heardAt: createdAt, lostAt: createdAt + startupGraceMs };
}

/** The conditions of a node that is lost: nobody knows. Those that say so already stay as they are. */
export function lostConditions({ status, metadata }: Node, now: string): readonly NodeCondition[] {
  const before = status?.conditions ?? [];
  const known = before.map((condition) => {
    if (!watched.includes(condition.type) || condition.status === "Unknown") return condition;
    const message = "Kubelet stopped posting node status.";
    return { ...condition, status: "Unknown", reason: "NodeStatusUnknown", message, lastTransitionTime: now };
  });
  const missing = watched
    .filter((type) => !before.some((condition) => condition.type === type))
    .map((type) => ({
      type,
      status: "Unknown",
      reason: "NodeStatusNeverUpdated",
      message: "Kubelet never posted node status.",
      lastHeartbeatTime: metadata.creationTimestamp ?? now,
      lastTransitionTime: now,
    }));
  return [...known, ...missing];
}

export function readyStatus({ status }: Node): string {
  return status?.conditions?.find(({ type }) => type === "Ready")?.status ?? "Unknown";
}
