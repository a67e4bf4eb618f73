import { formatQuantity, quantityValue } from "../../api/quantity.ts";
import type { NodeLoad, TakenAmounts } from "../node-load.ts";
import type { PodHolding } from "./pod-usage.ts";

export type PressureCondition = "MemoryPressure" | "DiskPressure" | "PIDPressure";

/** When a node is short of something, by the kubelet's hard thresholds. */
interface Signal {
  readonly name: "memory.available" | "nodefs.available" | "imagefs.available" | "pid.available";
  /** As messages name what is short. */
  readonly resource: keyof TakenAmounts;
  readonly condition: PressureCondition;
  /** A quantity, or a share of all there is. */
  readonly threshold: string;
}

/** Those of memory go before all others. https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/#hard-eviction-thresholds */
export const signals: readonly Signal[] = [
  { name: "memory.available", resource: "memory", condition: "MemoryPressure", threshold: "100Mi" },
  { name: "nodefs.available", resource: "ephemeral-storage", condition: "DiskPressure", threshold: "10%" },
  { name: "imagefs.available", resource: "ephemeral-storage", condition: "DiskPressure", threshold: "15%" },
  { name: "pid.available", resource: "pids", condition: "PIDPressure", threshold: "10%" },
];

/** How conditions follow one another in a node's status. */
export const pressureConditions: readonly PressureCondition[] = ["MemoryPressure", "DiskPressure", "PIDPressure"];

/** A signal whose threshold is passed. */
export interface Shortage {
  readonly signal: Signal;
  readonly available: number;
  readonly threshold: number;
}

export interface NodeAmounts {
  readonly capacity: Readonly<Record<keyof TakenAmounts, number>>;
  readonly load: NodeLoad;
  readonly pods: Iterable<PodHolding>;
  readonly imageBytes: number;
}

/** What a node is short of, in the order of the signals. */
export function shortagesOf(amounts: NodeAmounts): readonly Shortage[] {
  const available = availableOf(amounts);
  return signals.flatMap((signal) => {
    const threshold = amountOf(signal.threshold, amounts.capacity[signal.resource]);
    const left = available[signal.resource];
    return left < threshold ? [{ signal, available: left, threshold }] : [];
  });
}

/** What is left of a node; never less than nothing. */
export function availableOf({ capacity, load, pods, imageBytes }: NodeAmounts): Record<keyof TakenAmounts, number> {
  const used = {
    memory: load.amountOf("memory"),
    "ephemeral-storage": load.amountOf("ephemeral-storage") + imageBytes,
    pids: load.amountOf("pids"),
  };
  for (const pod of pods) {
    used.memory += pod.memoryBytes;
    used["ephemeral-storage"] += pod.storageBytes;
    used.pids += pod.processes;
  }
  const left = (resource: keyof TakenAmounts): number => {
    const rest = Math.max(0, capacity[resource] - used[resource]);
    return resource === "pids" ? Math.floor(rest) : Math.floor(rest / 1024) * 1024;
  };
  return { memory: left("memory"), "ephemeral-storage": left("ephemeral-storage"), pids: left("pids") };
}

function amountOf(threshold: string, capacity: number): number {
  if (threshold.endsWith("%")) return Math.floor((capacity * Number(threshold.slice(0, -1))) / 100);
  return quantityValue(threshold);
}

/** An amount as eviction messages print it: bytes in powers of 1024, processes plainly. */
export function amountText(resource: keyof TakenAmounts, amount: number): string {
  const format = resource === "pids" ? "decimal" : "binary";
  return formatQuantity({ nanos: BigInt(Math.round(amount)) * 1_000_000_000n, format });
}
