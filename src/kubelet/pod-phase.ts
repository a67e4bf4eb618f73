import type { Pod } from "../api/types.gen.ts";
import type { ContainerRecord } from "./container-record.ts";

export type Phase = "Pending" | "Running" | "Succeeded" | "Failed";

/**
 * The simplest true word for where a pod is in its life. With `isOver`, nothing of it will be started again.
 * https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-phase
 */
export function phaseOf({ spec }: Pod, records: readonly ContainerRecord[], isOver = false): Phase {
  const never = spec.restartPolicy === "Never";
  const inits = records.filter(({ role }) => role === "init");
  const sidecars = records.filter(({ role }) => role === "sidecar");
  const mains = records.filter(({ role }) => role === "main");
  if (isOver) return mains.every(hasSucceeded) ? "Succeeded" : "Failed";
  if (never && inits.some(hasFailed)) return "Failed";
  if (inits.some(isPending)) return "Pending";
  if (!hasBegun(mains) && sidecars.some(isComingUp)) return "Pending";
  if ([...sidecars, ...mains].some((record) => isFresh(record))) return "Pending";
  if ([...sidecars, ...mains].some(({ state }) => state.running)) return "Running";
  if (spec.restartPolicy === "Always") return "Running";
  if (mains.every(hasSucceeded)) return "Succeeded";
  return never ? "Failed" : "Running";
}

/** Whether any of the pod's own containers has ever run: only then is it past initialization for good. */
export function hasBegun(mains: readonly ContainerRecord[]): boolean {
  return mains.some(({ state, lastState }) => state.running ?? state.terminated ?? lastState?.terminated);
}

export function hasSucceeded({ state }: ContainerRecord): boolean {
  return state.terminated?.exitCode === 0;
}

function hasFailed({ state, lastState }: ContainerRecord): boolean {
  const end = state.terminated ?? (state.waiting ? lastState?.terminated : undefined);
  return end !== undefined && end.exitCode !== 0;
}

/** An init container that runs or has yet to; one that failed is not pending, but the containers behind it are. */
function isPending(record: ContainerRecord): boolean {
  return record.state.running !== undefined || isFresh(record);
}

function isComingUp(record: ContainerRecord): boolean {
  return isFresh(record) || (record.state.running !== undefined && !record.started);
}

/** It waits for its first run. */
function isFresh({ state, lastState }: ContainerRecord): boolean {
  return state.waiting !== undefined && lastState?.terminated === undefined;
}
