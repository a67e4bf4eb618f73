import type { KubeObject } from "../../../src/api/object.ts";
import { isActive, isReady, nameOf, podsOf, type State } from "../state.ts";
import type { Rule } from "./rule.ts";

/** Status follows the spec it has seen, never goes back, and counts what is there. */
export const observation: Rule = (now, before) => [
  ...workloadsOf(now).flatMap((object) => unseen(object)),
  ...workloadsOf(now).flatMap((object) => wentBack(object, before)),
  ...miscounted(now),
];

interface Observing extends KubeObject {
  readonly status?: { readonly observedGeneration?: number };
}

function workloadsOf({ deployments, replicaSets, statefulSets, daemonSets }: State): readonly Observing[] {
  return [...deployments, ...replicaSets, ...statefulSets, ...daemonSets];
}

function unseen(object: Observing): string[] {
  const { generation = 0, deletionTimestamp } = object.metadata;
  const { observedGeneration = 0 } = object.status ?? {};
  if (observedGeneration > generation) return [`${nameOf(object)} has seen ${observedGeneration} of ${generation}`];
  const isBehind = observedGeneration < generation && deletionTimestamp === undefined;
  return isBehind ? [`${nameOf(object)} has seen only ${observedGeneration} of ${generation}`] : [];
}

function wentBack(object: Observing, before: State | undefined): string[] {
  const old = before && workloadsOf(before).find(({ metadata }) => metadata.uid === object.metadata.uid);
  const [then, now] = [old?.status?.observedGeneration ?? 0, object.status?.observedGeneration ?? 0];
  return now < then ? [`${nameOf(object)} had seen ${then} and says ${now}`] : [];
}

function miscounted(state: State): string[] {
  return state.replicaSets.flatMap((set) => {
    if (set.metadata.deletionTimestamp) return [];
    const active = podsOf(state, set).filter(isActive);
    const real = { replicas: active.length, ready: active.filter(isReady).length };
    const told = { replicas: set.status?.replicas ?? 0, ready: set.status?.readyReplicas ?? 0 };
    return JSON.stringify(real) === JSON.stringify(told)
      ? []
      : [`${nameOf(set)} tells ${JSON.stringify(told)}, there are ${JSON.stringify(real)}`];
  });
}
