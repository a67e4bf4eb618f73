import { podRequest } from "../node-admission.ts";
import type { TakenAmounts } from "../node-load.ts";
import type { PodWorker } from "../pod-worker.ts";
import type { PodHolding } from "./pod-usage.ts";

export interface Candidate {
  readonly worker: PodWorker;
  readonly holding: PodHolding;
}

/**
 * Who goes first when `resource` is short: pods that hold more than they asked for, then by priority, then by how
 * much more. https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/#pod-selection-for-kubelet-eviction
 */
export function ranked(candidates: readonly Candidate[], resource: keyof TakenAmounts): readonly Candidate[] {
  const excessOf = ({ worker, holding }: Candidate): number =>
    heldOf(holding, resource) - podRequest(worker.pod.spec, resource);
  return candidates.toSorted((a, b) => {
    const [aExcess, bExcess] = [excessOf(a), excessOf(b)];
    // Nobody asks for processes: only priority and number count.
    const exceeds = resource === "pids" ? 0 : Number(bExcess > 0) - Number(aExcess > 0);
    return exceeds || priorityOf(a) - priorityOf(b) || bExcess - aExcess;
  });
}

function heldOf({ memoryBytes, storageBytes, processes }: PodHolding, resource: keyof TakenAmounts): number {
  if (resource === "pids") return processes;
  return resource === "memory" ? memoryBytes : storageBytes;
}

function priorityOf({ worker }: Candidate): number {
  return worker.pod.spec.priority ?? 0;
}
