import { isActive, isReady, nameOf, podsOf, type State } from "../state.ts";
import type { Rule } from "./rule.ts";

/** Some time after all has been mended, everything is as it was asked for, and nothing waits for its end. */
export const recovery: Rule = (state) => [...incomplete(state), ...unfinished(state), ...lingering(state)];

function incomplete(state: State): string[] {
  const wanted = [...state.deployments, ...state.replicaSets, ...state.statefulSets].map(
    (owner) => [owner, owner.spec.replicas ?? 1, owner.status?.readyReplicas ?? 0] as const,
  );
  const workers = state.nodes.filter(({ spec }) => !spec.taints?.some(({ effect }) => effect === "NoSchedule")).length;
  const daemons = state.daemonSets.map((owner) => [owner, workers, owner.status?.numberReady ?? 0] as const);
  return [...wanted, ...daemons].flatMap(([owner, count, ready]) => {
    const pods = owner.kind === "Deployment" ? [] : podsOf(state, owner).filter((pod) => isActive(pod) && isReady(pod));
    const isRight = ready === count && (owner.kind === "Deployment" || pods.length === count);
    return isRight ? [] : [`${nameOf(owner)} wants ${count}, tells of ${ready} ready, has ${pods.length}`];
  });
}

function unfinished({ jobs }: State): string[] {
  return jobs.flatMap((job) => {
    const hasEnded = job.status?.conditions?.some(({ type, status }) => type !== "Suspended" && status === "True");
    return hasEnded ? [] : [`${nameOf(job)} has not ended`];
  });
}

function lingering({ objects }: State): string[] {
  return objects.flatMap((object) =>
    object.metadata.deletionTimestamp ? [`${nameOf(object)} is still being deleted`] : [],
  );
}
