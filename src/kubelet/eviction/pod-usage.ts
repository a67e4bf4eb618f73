import type { Clock } from "../../sim/clock.ts";
import { containerCounters, inBlocks } from "../container-counters.ts";
import type { ContainerLife } from "../container-life.ts";
import type { PodWorker } from "../pod-worker.ts";

/** What a container holds of its node now. */
export interface ContainerHolding {
  readonly name: string;
  readonly memoryBytes: number;
  /** What it has written, and its logs. */
  readonly storageBytes: number;
}

/** What a pod holds of its node now. */
export interface PodHolding {
  readonly containers: readonly ContainerHolding[];
  readonly memoryBytes: number;
  /** Its containers' and its emptyDirs' that are not in memory. */
  readonly storageBytes: number;
  readonly processes: number;
  /** Bytes in its emptyDirs, by volume name; those in memory as well. */
  readonly emptyDirs: ReadonlyMap<string, number>;
}

export function holdingOf({ pod, lives, sandbox }: PodWorker, clock: Clock): PodHolding {
  const running = lives.filter((life) => life.running);
  const containers = running.map((life) => containerHolding(life, clock));
  const emptyDirs = new Map<string, number>();
  let [memoryBytes, storageBytes] = [0, 0];
  for (const container of containers) {
    memoryBytes += container.memoryBytes;
    storageBytes += container.storageBytes;
  }
  for (const { name, emptyDir } of pod.spec.volumes ?? []) {
    const used = emptyDir ? sandbox.volume(name)?.tree.usedBytes : undefined;
    if (used === undefined) continue;
    const bytes = inBlocks(used);
    emptyDirs.set(name, used);
    if (emptyDir?.medium === "Memory") memoryBytes += bytes;
    else storageBytes += bytes;
  }
  const processes = sandbox.pids?.processes.size ?? processesOf(running);
  return { containers, memoryBytes, storageBytes, processes, emptyDirs };
}

function processesOf(lives: readonly ContainerLife[]): number {
  return lives.reduce((sum, { running }) => sum + (running?.pids.processes.size ?? 0), 0);
}

function containerHolding({ spec, log, running }: ContainerLife, clock: Clock): ContainerHolding {
  if (!running) return { name: spec.name, memoryBytes: 0, storageBytes: inBlocks(log.sizeBytes) };
  return {
    name: spec.name,
    memoryBytes: containerCounters(running, clock).memoryBytes,
    storageBytes: inBlocks(running.usage.writtenBytes) + inBlocks(log.sizeBytes),
  };
}
