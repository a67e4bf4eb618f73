import type { ControllerRevision, Pod, StatefulSet } from "../../api/types.gen.ts";
import { isAvailable, isReady, isTerminating } from "../pods/pod-state.ts";
import { revisionLabel } from "../revisions/history.ts";
import { ordinalOf, ordinalRange } from "./identity.ts";

/** A set between two revisions of its template, which may be the same. */
export interface Generation {
  readonly set: StatefulSet;
  readonly current: ControllerRevision;
  readonly update: ControllerRevision;
  readonly collisionCount: number | undefined;
  /** Whether one more pod may be made now; if not, its time will come. */
  mayCreate(): boolean;
}

export interface Member {
  readonly ordinal: number;
  /** undefined: still to be made. */
  readonly pod: Pod | undefined;
}

export interface Members {
  /** Every ordinal that there shall be, lowest first. */
  readonly wanted: readonly Member[];
  /** Pods beyond them, highest ordinal first. */
  readonly condemned: readonly { readonly ordinal: number; readonly pod: Pod }[];
}

export function podsByOrdinal(set: StatefulSet, pods: readonly Pod[]): Members {
  const [start, end] = ordinalRange(set);
  const byOrdinal = new Map(pods.map((pod) => [ordinalOf(pod, set) ?? -1, pod]));
  const wanted = Array.from({ length: end - start }, (_, at) => ({
    ordinal: start + at,
    pod: byOrdinal.get(start + at),
  }));
  const condemned = [...byOrdinal]
    .filter(([ordinal]) => ordinal >= 0 && (ordinal < start || ordinal >= end))
    .map(([ordinal, pod]) => ({ ordinal, pod }))
    .toSorted((a, b) => b.ordinal - a.ordinal);
  return { wanted, condemned };
}

export function isRunningAndReady(pod: Pod): boolean {
  return pod.status?.phase === "Running" && isReady(pod);
}

export function isRunningAndAvailable(pod: Pod, { spec }: StatefulSet, now: number): boolean {
  return isRunningAndReady(pod) && isAvailable(pod, spec.minReadySeconds ?? 0, now);
}

export function isHealthy(pod: Pod): boolean {
  return isRunningAndReady(pod) && !isTerminating(pod);
}

export function revisionOfPod({ metadata }: Pod): string | undefined {
  return metadata.labels?.[revisionLabel];
}

/** One at a time, unless the set says otherwise. */
export function isOrdered({ spec }: StatefulSet): boolean {
  return spec.podManagementPolicy !== "Parallel";
}
