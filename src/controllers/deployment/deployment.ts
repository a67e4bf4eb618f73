import { sameTree } from "../../api/object.ts";
import type { Deployment, Pod, ReplicaSet } from "../../api/types.gen.ts";
import { deployments } from "../../resources/apps/deployment.ts";
import { replicaSets } from "../../resources/apps/replica-set.ts";
import { pods } from "../../resources/core/pod.ts";
import { type Controller, type ControllerContext, type Requeue, watching } from "../controller.ts";
import { indexPods, podsOf } from "../pods/claim.ts";
import { cleanUpHistory } from "./history.ts";
import { claimReplicaSets, indexReplicaSets } from "./replica-sets.ts";
import { ensureNewReplicaSet, findNewReplicaSet, type Rollout, setRevision } from "./rollout.ts";
import { scaleProportionally } from "./scaling.ts";
import { deploymentStatus, progressDeadlineMs } from "./status.ts";
import { recreate, rollingUpdate } from "./strategies.ts";

export const component = "deployment-controller";

/** Moves a Deployment from one ReplicaSet to the next. https://kubernetes.io/docs/concepts/workloads/controllers/deployment/ */
export const deploymentController: Controller<Deployment> = {
  name: component,
  reconciles: deployments,
  owns: [replicaSets],
  watches: [
    // Recreate waits for the last old pod to be gone.
    watching(pods, ({ type, object }, { informers }) => (type === "DELETED" ? deploymentOf(object, informers) : [])),
  ],

  start({ informers }) {
    indexPods(informers);
    indexReplicaSets(informers);
  },

  async reconcile(key, context) {
    const deployment = context.informers.for(deployments).get(key);
    if (!deployment) return undefined;
    const sets = await claimReplicaSets(deployment, context);
    if (!deployment.metadata.deletionTimestamp) await roll(deployment, sets, context);
    return updateStatus(key, context);
  },
};

async function roll(deployment: Deployment, sets: readonly ReplicaSet[], context: ControllerContext): Promise<void> {
  const found = findNewReplicaSet(deployment, sets);
  if (deployment.spec.paused || isScaling(deployment, sets)) {
    const rollout = rolloutOf(deployment, sets, found);
    await scaleProportionally(rollout, context);
    if (deployment.spec.paused) await cleanUpHistory(rollout, context);
    return;
  }
  const mayCreate = deployment.spec.strategy?.type !== "Recreate" || noneRunning(sets, found, context);
  const newest = mayCreate ? await ensureNewReplicaSet(deployment, sets, context) : found;
  const fresh = await claimReplicaSets(deployment, context);
  const rollout = rolloutOf(deployment, fresh, newest && fresh.find(({ metadata }) => metadata.uid === newest.metadata.uid));
  if (newest) await setRevision(deployment, newest, context);
  if (deployment.spec.strategy?.type === "Recreate") await recreate(rollout, context);
  else await rollingUpdate(rollout, context);
  if (isComplete(rollout)) await cleanUpHistory(rollout, context);
}

function rolloutOf(deployment: Deployment, sets: readonly ReplicaSet[], newest: ReplicaSet | undefined): Rollout {
  const old = sets.filter(({ metadata }) => metadata.uid !== newest?.metadata.uid);
  return { deployment, newest, old };
}

/** The number asked for has changed since the sets were last scaled: that comes before rolling on. */
function isScaling({ spec }: Deployment, sets: readonly ReplicaSet[]): boolean {
  return sets
    .filter((set) => (set.spec.replicas ?? 0) > 0)
    .some(({ metadata }) => {
      const desired = metadata.annotations?.["deployment.kubernetes.io/desired-replicas"];
      return desired !== undefined && Number(desired) !== (spec.replicas ?? 1);
    });
}

function noneRunning(sets: readonly ReplicaSet[], newest: ReplicaSet | undefined, { informers }: ControllerContext): boolean {
  if (newest) return true;
  return sets.every((set) => podsOf(set, informers).every(({ status }) => status?.phase === "Succeeded" || status?.phase === "Failed"));
}

function isComplete({ deployment, newest, old }: Rollout): boolean {
  const wanted = deployment.spec.replicas ?? 1;
  return newest?.status?.availableReplicas === wanted && old.every(({ status }) => (status?.replicas ?? 0) === 0);
}

function deploymentOf(pod: Pod, informers: ControllerContext["informers"]): { namespace: string; name: string }[] {
  const owner = pod.metadata.ownerReferences?.find(({ controller, kind }) => controller && kind === "ReplicaSet");
  const set = owner && informers.for(replicaSets).get({ namespace: pod.metadata.namespace ?? "", name: owner.name });
  const above = set?.metadata.ownerReferences?.find(({ controller, kind }) => controller && kind === "Deployment");
  return above ? [{ namespace: pod.metadata.namespace ?? "", name: above.name }] : [];
}

async function updateStatus(
  key: { namespace: string; name: string },
  context: ControllerContext,
): Promise<Requeue | undefined> {
  const deployment = context.informers.for(deployments).get(key);
  if (!deployment) return undefined;
  const sets = await claimReplicaSets(deployment, context);
  const rollout = rolloutOf(deployment, sets, findNewReplicaSet(deployment, sets));
  const status = deploymentStatus(rollout, context.clock);
  if (!sameTree(status, deployment.status)) {
    await context.client.updateStatus(deployments, { ...deployment, status });
  }
  const waitMs = progressDeadlineMs({ ...deployment, status }, context.clock);
  return waitMs === undefined ? undefined : { requeueAfterMs: waitMs };
}

