import { quantityValue } from "../../api/quantity.ts";
import type { EventText } from "../../client/events.ts";
import type { Clock } from "../../sim/clock.ts";
import { isCritical } from "../node-admission.ts";
import type { NodeLoad, TakenAmounts } from "../node-load.ts";
import type { PodWorker } from "../pod-worker.ts";
import { evictionText } from "./message.ts";
import { holdingOf, type PodHolding } from "./pod-usage.ts";
import { type Candidate, ranked } from "./ranking.ts";
import {
  availableOf,
  type NodeAmounts,
  type PressureCondition,
  pressureConditions,
  type Shortage,
  shortagesOf,
} from "./signals.ts";
import { hasStorageLimit, storageExcess } from "./storage-limits.ts";

/** How often the kubelet measures, */
const measuredEveryMs = 10_000;
/** how long it waits after an eviction before it looks again, */
const cleanupMs = 1000;
/** and how long a condition outlasts its cause. */
const transitionMs = 300_000;
/** What evicted containers get to end. */
const graceSeconds = 1;
/** As /proc/sys/kernel/pid_max has it. */
const mostPids = 4_194_304;

export interface EvictionHost {
  readonly clock: Clock;
  readonly load: NodeLoad;
  readonly allocatable: Readonly<Record<string, string>>;
  readonly images: {
    readonly totalBytes: number;
    /** Removes images that no container uses. */
    removeUnused(used: ReadonlySet<string>): void;
  };
  workers(): readonly PodWorker[];
  /** An Event on the node. */
  tell(event: EventText): void;
  /** The conditions have changed. */
  changed(): void;
}

/** Keeps a node from running out: measures, tells of pressure, and ends one pod at a time. https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/ */
export class EvictionMonitor {
  readonly #host: EvictionHost;
  readonly #lastSeen = new Map<PressureCondition, number>();
  #conditions: readonly PressureCondition[] = [];
  #cancel = (): void => {};

  constructor(host: EvictionHost) {
    this.#host = host;
  }

  /** Those that hold now. */
  get conditions(): readonly PressureCondition[] {
    return this.#conditions;
  }

  /** What is left now. */
  get available(): Readonly<Record<keyof TakenAmounts, number>> {
    return availableOf(this.#amounts(this.#candidates()));
  }

  start(): void {
    this.#arm(measuredEveryMs);
  }

  stop(): void {
    this.#cancel();
    this.#lastSeen.clear();
    this.#conditions = [];
  }

  #arm(delayMs: number): void {
    this.#cancel = this.#host.clock.after(delayMs, () => {
      this.#arm(this.#relieve() ? cleanupMs : measuredEveryMs);
    });
  }

  /** True: a pod has to go, and is not gone yet. */
  #relieve(): boolean {
    const candidates = this.#candidates();
    const shortages = this.#shortages(candidates);
    this.#observe(shortages);
    const overfull = candidates.filter(({ worker, holding }) => evictOverfull(worker, holding));
    const [shortage] = shortages;
    if (overfull.length > 0 || !shortage) return overfull.length > 0;
    if (candidates.some(({ worker }) => worker.isFailing)) return true;
    const { resource } = shortage.signal;
    this.#host.tell({
      type: "Warning",
      reason: "EvictionThresholdMet",
      message: `Attempting to reclaim ${resource}`,
    });
    if (resource === "ephemeral-storage" && this.#collectImages(candidates)) return false;
    const victim = ranked(candidates, resource).find(({ worker }) => !isCritical(worker.pod));
    if (!victim) return false;
    const { message, annotations } = evictionText(victim.worker.pod, victim.holding, shortage);
    victim.worker.evict(message, { graceSeconds, annotations, isDisruption: true });
    return true;
  }

  /** Pods that have something running. */
  #candidates(): readonly Candidate[] {
    const alive = this.#host.workers().filter(({ hasEnded }) => !hasEnded);
    return alive.map((worker) => ({ worker, holding: holdingOf(worker, this.#host.clock) }));
  }

  #shortages(candidates: readonly Candidate[]): readonly Shortage[] {
    return shortagesOf(this.#amounts(candidates));
  }

  #amounts(candidates: readonly Candidate[]): NodeAmounts {
    const { allocatable, load, images } = this.#host;
    const capacity = capacityOf(allocatable);
    return {
      capacity,
      load,
      pods: candidates.map(({ holding }) => holding),
      imageBytes: images.totalBytes,
    };
  }

  /** A condition stays for five minutes after it was last seen. */
  #observe(shortages: readonly Shortage[]): void {
    const now = this.#host.clock.now();
    for (const { signal } of shortages) this.#lastSeen.set(signal.condition, now);
    const holds = pressureConditions.filter(
      (condition) => now - (this.#lastSeen.get(condition) ?? -Infinity) < transitionMs,
    );
    if (holds.join(" ") === this.#conditions.join(" ")) return;
    this.#conditions = holds;
    this.#host.changed();
  }

  /** True: that was enough. */
  #collectImages(candidates: readonly Candidate[]): boolean {
    const used = new Set(candidates.flatMap(({ worker }) => worker.lives.flatMap(({ record }) => record.image ?? [])));
    this.#host.images.removeUnused(used);
    return this.#shortages(candidates).length === 0;
  }
}

/** All that a node has of what it can run out of. */
export function capacityOf(allocatable: Readonly<Record<string, string>>): Record<keyof TakenAmounts, number> {
  const amount = (name: string): number => quantityValue(allocatable[name] ?? "0");
  return { memory: amount("memory"), "ephemeral-storage": amount("ephemeral-storage"), pids: mostPids };
}

function evictOverfull(worker: PodWorker, holding: PodHolding): boolean {
  if (isCritical(worker.pod) || !hasStorageLimit(worker.pod)) return false;
  const message = storageExcess(worker.pod, holding);
  if (message === undefined) return false;
  worker.evict(message, { graceSeconds });
  return true;
}
