import type { Clock } from "../sim/clock.ts";
import { containerCounters } from "./container-counters.ts";
import type { ContainerLife } from "./container-life.ts";
import { holdingOf } from "./eviction/pod-usage.ts";
import type { Kubelet } from "./kubelet.ts";
import type { PodWorker } from "./pod-worker.ts";

/** What a container has used since it started. */
export interface Usage {
  /** A mean, in billionths of a core. */
  readonly nanoCores: number;
  readonly cpuNanoseconds: number;
  readonly memoryBytes: number;
}

export function usageOf({ running }: ContainerLife, clock: Clock): Usage {
  if (!running) return { memoryBytes: 0, cpuNanoseconds: 0, nanoCores: 0 };
  const { memoryBytes, cpuNanoseconds, startedAt } = containerCounters(running, clock);
  const seconds = (clock.now() - startedAt) / 1000;
  return { memoryBytes, cpuNanoseconds, nanoCores: seconds > 0 ? Math.round(cpuNanoseconds / seconds) : 0 };
}

export function totalUsage(usages: readonly Usage[]): Usage {
  const sum = (read: (usage: Usage) => number): number => usages.reduce((total, usage) => total + read(usage), 0);
  return {
    nanoCores: sum(({ nanoCores }) => nanoCores),
    cpuNanoseconds: sum(({ cpuNanoseconds }) => cpuNanoseconds),
    memoryBytes: sum(({ memoryBytes }) => memoryBytes),
  };
}

/** A kubelet's `/stats/summary`. https://kubernetes.io/docs/reference/instrumentation/node-metrics/ */
export function statsSummary(kubelet: Kubelet, clock: Clock): object {
  const { name, startedAt, workers } = kubelet;
  const time = isoTime(clock.now());
  const pods = workers.map((worker) => podStats(worker, clock));
  const whole = totalUsage(workers.flatMap(({ lives }) => lives.map((life) => usageOf(life, clock))));
  const node = { nodeName: name, startTime: isoTime(startedAt), ...resources(whole, time) };
  return { node: { ...node, ...nodeRoom(kubelet, time) }, pods };
}

/** What the node has and what is left of it. */
function nodeRoom(kubelet: Kubelet, time: string): object {
  const { available } = kubelet;
  const used = (resource: keyof typeof available): number => kubelet.capacityOf(resource) - available[resource];
  const capacityBytes = kubelet.capacityOf("ephemeral-storage");
  const fs = {
    time,
    availableBytes: available["ephemeral-storage"],
    capacityBytes,
    usedBytes: used("ephemeral-storage"),
  };
  const workingSet = used("memory");
  const memory = { availableBytes: available.memory, usageBytes: workingSet, workingSetBytes: workingSet };
  return {
    memory: { time, ...memory },
    fs,
    runtime: { imageFs: fs, containerFs: fs },
    rlimit: { time, maxpid: kubelet.capacityOf("pids"), curproc: used("pids") },
  };
}

function podStats(worker: PodWorker, clock: Clock): object {
  const { pod, lives } = worker;
  const { name, namespace = "", uid = "" } = pod.metadata;
  const time = isoTime(clock.now());
  const running = lives.filter((life) => life.running);
  const { storageBytes, processes, emptyDirs } = holdingOf(worker, clock);
  const containers = running.map((life) => ({
    name: life.spec.name,
    startTime: life.record.state.running?.startedAt ?? time,
    ...resources(usageOf(life, clock), time),
    rootfs: { time, usedBytes: life.running?.usage.writtenBytes ?? 0 },
    logs: { time, usedBytes: life.log.sizeBytes },
  }));
  const total = totalUsage(running.map((life) => usageOf(life, clock)));
  return {
    podRef: { name, namespace, uid },
    startTime: pod.status?.startTime ?? time,
    containers,
    ...resources(total, time),
    volume: [...emptyDirs].map(([volume, usedBytes]) => ({ time, usedBytes, name: volume })),
    "ephemeral-storage": { time, usedBytes: storageBytes },
    process_stats: { process_count: processes },
  };
}

function resources({ nanoCores, cpuNanoseconds, memoryBytes }: Usage, time: string): object {
  return {
    cpu: { time, usageNanoCores: nanoCores, usageCoreNanoSeconds: cpuNanoseconds },
    memory: { time, usageBytes: memoryBytes, workingSetBytes: memoryBytes, rssBytes: memoryBytes },
  };
}

function isoTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
