import type { KubeObject } from "../../../src/api/object.ts";
import type { DaemonSet, Job, ReplicaSet, StatefulSet } from "../../../src/api/types.gen.ts";
import { isActive, nameOf, podsOf, type State } from "../state.ts";
import type { Rule } from "./rule.ts";

/** Owners have what they ask for, nothing outlives its last owner, and nothing its namespace. */
export const ownership: Rule = (state) => [...miscounted(state), ...orphaned(state), ...homeless(state)];

function miscounted(state: State): string[] {
  const ending = new Set(
    state.namespaces.filter(({ metadata }) => metadata.deletionTimestamp).map(({ metadata }) => metadata.name),
  );
  const isAlive = ({ metadata }: KubeObject): boolean =>
    metadata.deletionTimestamp === undefined && !ending.has(metadata.namespace ?? "");
  return [
    ...state.replicaSets.filter(isAlive).flatMap((set) => miscountedReplicas(set, state)),
    ...state.statefulSets.filter(isAlive).flatMap((set) => strangeMembers(set, state)),
    ...state.daemonSets.filter(isAlive).flatMap((set) => crowdedNodes(set, state)),
    ...state.jobs.filter(isAlive).flatMap((job) => miscountedJob(job, state)),
  ];
}

function miscountedReplicas(set: ReplicaSet, state: State): string[] {
  const active = podsOf(state, set).filter(isActive).length;
  const { replicas = 1 } = set.spec;
  return active === replicas ? [] : [`${nameOf(set)} has ${active} of ${replicas} pods`];
}

/** Members are numbered, and in no hurry to come or go. */
function strangeMembers(set: StatefulSet, state: State): string[] {
  return podsOf(state, set).flatMap((pod) => {
    const [prefix, ordinal] = [`${set.metadata.name}-`, pod.metadata.name.slice(set.metadata.name.length + 1)];
    return pod.metadata.name.startsWith(prefix) && /^\d+$/u.test(ordinal) ? [] : [`${nameOf(pod)} has no number`];
  });
}

function crowdedNodes(set: DaemonSet, state: State): string[] {
  const active = podsOf(state, set).filter(isActive);
  const nodes = active.flatMap(({ spec }) => spec.nodeName ?? []);
  return new Set(nodes).size === nodes.length ? [] : [`${nameOf(set)} has two pods on a node of ${nodes.join(" ")}`];
}

function miscountedJob(job: Job, state: State): string[] {
  const { completions = 1, parallelism = 1 } = job.spec;
  const { active: told = 0, succeeded = 0 } = job.status ?? {};
  const active = podsOf(state, job).filter(isActive).length;
  const wanted = Math.min(parallelism, completions - succeeded);
  const isRight = told === active && succeeded <= completions && active <= Math.max(0, wanted);
  return isRight ? [] : [`${nameOf(job)} has ${active} pods, tells of ${told}, wants ${wanted}`];
}

function orphaned({ objects }: State): string[] {
  const known = new Set(objects.map(({ metadata }) => metadata.uid));
  return objects.flatMap((object) => {
    const { ownerReferences = [], deletionTimestamp } = object.metadata;
    if (ownerReferences.length === 0 || deletionTimestamp) return [];
    return ownerReferences.some(({ uid }) => known.has(uid)) ? [] : [`${nameOf(object)} has outlived its owners`];
  });
}

function homeless({ objects, namespaces }: State): string[] {
  const known = new Set(["", ...namespaces.map(({ metadata }) => metadata.name)]);
  return objects.flatMap((object) =>
    known.has(object.metadata.namespace ?? "") ? [] : [`${nameOf(object)} is in no namespace`],
  );
}
