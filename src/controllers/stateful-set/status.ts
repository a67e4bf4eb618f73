import type { Pod, StatefulSetStatus } from "../../api/types.gen.ts";
import { isTerminating } from "../pods/pod-state.ts";
import { type Generation, isRunningAndAvailable, isRunningAndReady, revisionOfPod } from "./members.ts";

/** When all pods are of the newest revision, that one becomes the current one. */
export function statefulSetStatus(generation: Generation, pods: readonly Pod[], now: number): StatefulSetStatus {
  const { set, current, update, collisionCount } = generation;
  const count = (test: (pod: Pod) => boolean): number => pods.filter((pod) => test(pod)).length;
  const countOf = (revision: string): number => count((pod) => !isTerminating(pod) && revisionOfPod(pod) === revision);
  const readyReplicas = count((pod) => isRunningAndReady(pod));
  const updatedReplicas = countOf(update.metadata.name);
  const wanted = set.spec.replicas ?? 1;
  const isRolling = set.spec.updateStrategy?.type !== "OnDelete";
  const isComplete = isRolling && [updatedReplicas, readyReplicas, pods.length].every((number) => number === wanted);
  const counts = {
    readyReplicas,
    currentReplicas: isComplete ? updatedReplicas : countOf(current.metadata.name),
    updatedReplicas,
  };
  return {
    observedGeneration: set.metadata.generation ?? 0,
    replicas: pods.length,
    ...Object.fromEntries(Object.entries(counts).filter(([, number]) => number > 0)),
    currentRevision: isComplete ? update.metadata.name : current.metadata.name,
    updateRevision: update.metadata.name,
    collisionCount: collisionCount ?? 0,
    availableReplicas: count((pod) => isRunningAndAvailable(pod, set, now)),
  };
}
