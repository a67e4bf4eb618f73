import type { Pod } from "../../api/types.gen.ts";
import type { LiveContainer } from "../../runtime/live-container.ts";
import type { Clock } from "../../sim/clock.ts";
import { containerCounters, inBlocks } from "../container-counters.ts";
import type { ContainerLife } from "../container-life.ts";
import type { PodSandbox } from "../pod-sandbox.ts";
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

/** Measured often, for every pod: no more work than it takes. */
export function holdingOf({ pod, lives, sandbox }: PodWorker, clock: Clock): PodHolding {
  const containers: ContainerHolding[] = [];
  let [memoryBytes, storageBytes, processes] = [0, 0, 0];
  for (const life of lives) {
    if (!life.running) continue;
    const container = containerHolding(life, life.running, clock);
    containers.push(container);
    memoryBytes += container.memoryBytes;
    storageBytes += container.storageBytes;
    processes += life.running.pids.processes.size;
  }
  const emptyDirs = emptyDirsOf(pod, sandbox);
  for (const { name, emptyDir } of emptyDirs.size > 0 ? (pod.spec.volumes ?? []) : []) {
    const bytes = inBlocks(emptyDirs.get(name) ?? 0);
    if (emptyDir?.medium === "Memory") memoryBytes += bytes;
    else storageBytes += bytes;
  }
  processes = sandbox.pids?.processes.size ?? processes;
  return { containers, memoryBytes, storageBytes, processes, emptyDirs };
}

const none: ReadonlyMap<string, number> = new Map();

function emptyDirsOf({ spec }: Pod, sandbox: PodSandbox): ReadonlyMap<string, number> {
  let found: Map<string, number> | undefined;
  for (const { name, emptyDir } of spec.volumes ?? []) {
    const used = emptyDir && sandbox.volume(name)?.tree.usedBytes;
    if (used !== undefined) (found ??= new Map()).set(name, used);
  }
  return found ?? none;
}

function containerHolding({ spec, log }: ContainerLife, running: LiveContainer, clock: Clock): ContainerHolding {
  return {
    name: spec.name,
    memoryBytes: containerCounters(running, clock).memoryBytes,
    storageBytes: inBlocks(running.usage.writtenBytes) + inBlocks(log.sizeBytes),
  };
}
