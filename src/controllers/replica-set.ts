import { controllerOf } from "../api/object.ts";
import type { Pod, ReplicaSet } from "../api/types.gen.ts";
import { replicaSets } from "../resources/apps/replica-set.ts";
import type { Controller, ControllerContext } from "./controller.ts";
import { indexReplicaSets, replicaSetsOf } from "./deployment/replica-sets.ts";
import { podsOf } from "./pods/claim.ts";
import { isActive } from "./pods/pod-state.ts";
import { replicationController } from "./pods/replication.ts";

/** Keeps as many pods as the ReplicaSet asks for. https://kubernetes.io/docs/concepts/workloads/controllers/replicaset/ */
export function replicaSetController(): Controller<ReplicaSet> {
  return replicationController<ReplicaSet>({
    name: "replicaset-controller",
    resource: replicaSets,
    selectorOf: ({ spec }) => spec.selector,
    neighboursOf: siblingPods,
  });
}

/** In a rollout a node is as crowded as all ReplicaSets of the Deployment make it. */
function siblingPods(set: ReplicaSet, { informers }: ControllerContext): readonly Pod[] {
  indexReplicaSets(informers);
  const owner = controllerOf(set);
  const sets = owner ? replicaSetsOf(owner.uid, informers) : [set];
  return sets.flatMap((one) => podsOf(one, informers)).filter((pod) => isActive(pod));
}
