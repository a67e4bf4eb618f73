import { parseQuantity } from "../../api/quantity.ts";
import type { Pod } from "../../api/types.gen.ts";
import type { PodMetrics } from "../../client/pod-metrics.ts";
import { conditionOf, isTerminating } from "../pods/pod-state.ts";

const tolerance = 0.1;
/** A pod that has just started says little about its load. */
const startupMs = 5 * 60_000;
const readinessDelayMs = 30_000;

/** Which usage of which pods is measured: of all their containers, or of one. */
export interface Measured {
  readonly resource: "cpu" | "memory";
  readonly container?: string;
  readonly pods: readonly Pod[];
  readonly metrics: PodMetrics;
  readonly now: number;
}

/** How many pods there should be, and what they use now: a share of what they request (in percent), and an amount each (in thousandths). */
export interface Recommendation {
  readonly replicas: number;
  readonly utilization?: number;
  readonly averageMillis: number;
}

/** As metrics-server would answer. */
export class MetricsError extends Error {}

interface Groups {
  readonly ready: ReadonlyMap<string, number>;
  readonly unready: readonly string[];
  readonly missing: readonly string[];
}

/** So many that each uses `target` percent of what it requests. https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#algorithm-details */
export function replicasForUtilization(measured: Measured, target: number, current: number): Recommendation {
  const groups = grouped(measured);
  const requests = requestsOf(measured);
  const names = [...groups.ready.keys()].filter((name) => requests.has(name));
  const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0);
  const used = sum(names.map((name) => groups.ready.get(name) ?? 0));
  const requested = sum(names.map((name) => requests.get(name) ?? 0));
  if (requested === 0) throw new MetricsError("no metrics returned matched known pods");
  const utilization = Math.trunc((used * 100) / requested);
  const ratioOf = (usages: ReadonlyMap<string, number>): number => {
    const known = [...usages].filter(([name]) => requests.has(name));
    const all = sum(known.map(([name]) => requests.get(name) ?? 0));
    return Math.trunc((sum(known.map(([, usage]) => usage)) * 100) / all) / target;
  };
  const fallback = (name: string): number => ((requests.get(name) ?? 0) * Math.max(100, target)) / 100;
  const replicas = replicasFor(groups, { current, ratioOf, fallback });
  return { replicas, utilization, averageMillis: Math.trunc(used / names.length) };
}

/** So many that each uses `target` thousandths. */
export function replicasForAverage(measured: Measured, target: number, current: number): Recommendation {
  const groups = grouped(measured);
  const average = (usages: ReadonlyMap<string, number>): number => {
    const values = [...usages.values()];
    return Math.trunc(values.reduce((total, value) => total + value, 0) / values.length);
  };
  const ratioOf = (usages: ReadonlyMap<string, number>): number => average(usages) / target;
  const replicas = replicasFor(groups, { current, ratioOf, fallback: () => target });
  return { replicas, averageMillis: average(groups.ready) };
}

/**
 * Pods of which nothing is known count as what holds back: as idle when there would be more, as busy when fewer;
 * pods that are not ready count as idle when there would be more.
 */
function replicasFor(
  { ready, unready, missing }: Groups,
  {
    current,
    ratioOf,
    fallback,
  }: {
    current: number;
    ratioOf: (usages: ReadonlyMap<string, number>) => number;
    fallback: (name: string) => number;
  },
): number {
  const ratio = ratioOf(ready);
  const countsUnready = unready.length > 0 && ratio > 1;
  if (!countsUnready && missing.length === 0) return isNear(ratio) ? current : Math.ceil(ratio * ready.size);
  const usages = new Map(ready);
  for (const name of missing) if (ratio !== 1) usages.set(name, ratio < 1 ? fallback(name) : 0);
  if (countsUnready) for (const name of unready) usages.set(name, 0);
  const next = ratioOf(usages);
  const hasTurned = (ratio < 1 && next > 1) || (ratio > 1 && next < 1);
  if (isNear(next) || hasTurned) return current;
  const replicas = Math.ceil(next * usages.size);
  const isContrary = (next < 1 && replicas > current) || (next > 1 && replicas < current);
  return isContrary ? current : replicas;
}

function isNear(ratio: number): boolean {
  return Math.abs(1 - ratio) <= tolerance;
}

/** Usage is in thousandths. Pods that go or have failed count for nothing. */
function grouped(measured: Measured): Groups {
  const { pods, metrics, resource, container, now } = measured;
  const ready = new Map<string, number>();
  const unready: string[] = [];
  const missing: string[] = [];
  let known = 0;
  for (const pod of pods) {
    const usage = metrics.usageOf(pod);
    const containers = usage && [...usage.containers].filter(([name]) => container === undefined || name === container);
    if (usage) known++;
    if (isTerminating(pod) || pod.status?.phase === "Failed") continue;
    if (pod.status?.phase === "Pending") unready.push(pod.metadata.name);
    else if (!usage || !containers || containers.length === 0) missing.push(pod.metadata.name);
    else if (resource === "cpu" && isStarting(pod, usage, now)) unready.push(pod.metadata.name);
    else
      ready.set(
        pod.metadata.name,
        millisOf(
          containers.map(([, one]) => one),
          resource,
        ),
      );
  }
  if (known === 0)
    throw new MetricsError(
      `unable to get metrics for resource ${resource}: no metrics returned from resource metrics API`,
    );
  if (ready.size === 0) throw new MetricsError("did not receive metrics for targeted pods (pods might be unready)");
  return { ready, unready, missing };
}

function millisOf(
  containers: readonly { readonly nanoCores: number; readonly memoryBytes: number }[],
  resource: "cpu" | "memory",
): number {
  const total = containers.reduce(
    (sum, { nanoCores, memoryBytes }) => sum + (resource === "cpu" ? nanoCores / 1e6 : memoryBytes * 1000),
    0,
  );
  return Math.ceil(total);
}

function isStarting(pod: Pod, { takenAt, windowMs }: { takenAt: number; windowMs: number }, now: number): boolean {
  const ready = conditionOf(pod, "Ready");
  const startedAt = Date.parse(pod.status?.startTime ?? "");
  if (!ready || Number.isNaN(startedAt)) return true;
  const changedAt = Date.parse(ready.lastTransitionTime ?? "");
  if (startedAt + startupMs > now) return ready.status === "False" || takenAt < changedAt + windowMs;
  return ready.status === "False" && startedAt + readinessDelayMs > changedAt;
}

/** In thousandths, by pod. */
function requestsOf({ pods, resource, container }: Measured): ReadonlyMap<string, number> {
  return new Map(
    pods.map((pod) => {
      const sidecars = (pod.spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === "Always");
      const measured = [...pod.spec.containers, ...sidecars].filter(
        ({ name }) => container === undefined || name === container,
      );
      const amounts = measured.map(({ name, resources }) => {
        const amount = resources?.requests?.[resource];
        if (amount !== undefined) return Number(parseQuantity(amount).nanos / 1_000_000n);
        throw new MetricsError(`missing request for ${resource} in container ${name} of Pod ${pod.metadata.name}`);
      });
      return [pod.metadata.name, amounts.reduce((sum, amount) => sum + amount, 0)];
    }),
  );
}
