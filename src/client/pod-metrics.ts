import type { Pod } from "../api/types.gen.ts";
import type { Clock } from "../sim/clock.ts";

/** What one container uses, on average over a window. */
export interface ContainerUsage {
  /** In billionths of a core. */
  readonly nanoCores: number;
  readonly memoryBytes: number;
}

/** What a pod's containers use, by name. */
export interface PodUsage {
  /** The end of the window, in ms. */
  readonly takenAt: number;
  readonly windowMs: number;
  readonly containers: ReadonlyMap<string, ContainerUsage>;
}

/** What metrics-server is for others: it knows what pods use. https://kubernetes.io/docs/tasks/debug/debug-cluster/resource-metrics-pipeline/ */
export interface PodMetrics {
  /** undefined: nothing is known of it. */
  usageOf(pod: Pod): PodUsage | undefined;
}

/** What metrics-server knows of nodes beside their pods. */
export interface NodeUsage {
  systemUsageOf(node: string): ContainerUsage;
}

/** What a container has used since it started, as a kubelet counts it. */
export interface ContainerCounters {
  readonly cpuNanoseconds: number;
  readonly memoryBytes: number;
  /** In ms. */
  readonly startedAt: number;
  /** Processors it may use. */
  readonly cpuLimit: number;
}

interface Sample {
  readonly takenAt: number;
  readonly counters: ReadonlyMap<string, ContainerCounters>;
}

/** Metrics-server reads kubelets so often: its windows are about so long, and ours say so whenever they are asked for. */
const scrapeMs = 15_000;

/** Turns counters into rates: over the time since the sample before last, at least 15 s of it, or since the container's start. */
export function podMetrics({
  clock,
  countersOf,
}: {
  readonly clock: Clock;
  /** The running containers of a pod, by name; undefined: it runs nowhere. */
  readonly countersOf: (pod: Pod) => ReadonlyMap<string, ContainerCounters> | undefined;
}): PodMetrics {
  const samples = new Map<string, readonly [older: Sample | undefined, newer: Sample]>();
  return {
    usageOf(pod) {
      const { uid = "" } = pod.metadata;
      const counters = countersOf(pod);
      if (!counters || counters.size === 0) {
        samples.delete(uid);
        return undefined;
      }
      const now = { takenAt: clock.now(), counters };
      const [older, newer] = samples.get(uid) ?? [];
      if (!newer || now.takenAt - newer.takenAt >= scrapeMs) samples.set(uid, [newer, now]);
      return usageBetween(newer && now.takenAt - newer.takenAt >= scrapeMs ? newer : older, now);
    },
  };
}

/** undefined: no container has run for any time yet. */
function usageBetween(before: Sample | undefined, now: Sample): PodUsage | undefined {
  const containers = new Map<string, ContainerUsage>();
  let windowMs = 0;
  for (const [name, counters] of now.counters) {
    const known = before?.counters.get(name);
    const isSameRun = known !== undefined && known.startedAt === counters.startedAt;
    const since = isSameRun && before ? before.takenAt : counters.startedAt;
    const used = counters.cpuNanoseconds - (isSameRun ? known.cpuNanoseconds : 0);
    const ms = now.takenAt - since;
    if (ms <= 0) continue;
    windowMs = Math.max(windowMs, ms);
    // The periods of a limit do not end with the window: it may hold a share of one too many.
    const nanoCores = Math.min(Math.round((used * 1000) / ms), counters.cpuLimit * 1e9);
    containers.set(name, { nanoCores, memoryBytes: counters.memoryBytes });
  }
  return containers.size > 0 ? { takenAt: now.takenAt, windowMs: Math.min(windowMs, scrapeMs), containers } : undefined;
}
