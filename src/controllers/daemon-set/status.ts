import type { DaemonSet, DaemonSetStatus, Node } from "../../api/types.gen.ts";
import { isAvailable, isReady } from "../pods/pod-state.ts";
import { hashOf, revisionLabel, type Snapshot } from "../revisions/history.ts";
import { placementOn, type PodsByNode } from "./placement.ts";

/** Counts nodes, not pods: on each the oldest pod speaks for it. */
export function daemonSetStatus(
  set: DaemonSet,
  { snapshot, pods, nodes }: { snapshot: Snapshot; pods: PodsByNode; nodes: readonly Node[] },
  now: number,
): DaemonSetStatus {
  const hash = hashOf(snapshot.revision);
  const [desired, undesired] = [true, false].map((should) =>
    nodes.filter((node) => placementOn(node, set).shouldRun === should),
  );
  const occupied = (list: readonly Node[] = []): readonly Node[] =>
    list.filter(({ metadata }) => pods.has(metadata.name));
  const speakers = occupied(desired).flatMap(({ metadata }) => pods.get(metadata.name)?.[0] ?? []);
  const desiredNumberScheduled = desired?.length ?? 0;
  const numberAvailable = speakers.filter((pod) => isAvailable(pod, set.spec.minReadySeconds ?? 0, now)).length;
  const counts = {
    updatedNumberScheduled: speakers.filter(({ metadata }) => metadata.labels?.[revisionLabel] === hash).length,
    numberAvailable,
    numberUnavailable: desiredNumberScheduled - numberAvailable,
    collisionCount: snapshot.collisionCount ?? 0,
  };
  return {
    currentNumberScheduled: speakers.length,
    numberMisscheduled: occupied(undesired).length,
    desiredNumberScheduled,
    numberReady: speakers.filter((pod) => isReady(pod)).length,
    observedGeneration: set.metadata.generation ?? 0,
    ...Object.fromEntries(Object.entries(counts).filter(([, number]) => number > 0)),
  };
}
