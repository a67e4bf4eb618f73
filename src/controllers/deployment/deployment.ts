import { controllerOf, type ObjectKey, sameTree } from "../../api/object.ts";
import type { Deployment, Pod, ReplicaSet } from "../../api/types.gen.ts";
import { deployments } from "../../resources/apps/deployment.ts";
import { replicaSets } from "../../resources/apps/replica-set.ts";
import { pods } from "../../resources/core/pod.ts";
import { type Controller, type ControllerContext, type Requeue, watching } from "../controller.ts";
import { indexPods } from "../pods/claim.ts";
import { notePause, progressDeadlineMs } from "./conditions.ts";
import { cleanUpHistory } from "./history.ts";
import { component } from "./limits.ts";
import { claimReplicaSets, indexReplicaSets } from "./replica-sets.ts";
import { ensureNewReplicaSet, findNewReplicaSet, type Rollout, syncNewReplicaSet } from "./rollout.ts";
import { isScaling, scaleProportionally } from "./scaling.ts";
import { deploymentStatus, isComplete } from "./status.ts";
import { emptyOld, recreate, rollingUpdate } from "./strategies.ts";

/** Moves a Deployment from one ReplicaSet to the next. https://kubernetes.io/docs/concepts/workloads/controllers/deployment/ */
export const deploymentController: Controller<Deployment> = {
  name: component,
  reconciles: deployments,
  owns: [replicaSets],
  watches: [
    // Recreate waits for the last old pod to be gone.
    watching(pods, ({ type, object }, { informers }) => (type === "DELETED" ? deploymentOf(object, informers) : [])),
    watching(replicaSets, ({ object }, { informers }) => (controllerOf(object) ? [] : adopters(object, informers))),
  ],

  start({ informers }) {
    indexPods(informers);
    indexReplicaSets(informers);
  },

  async reconcile(key, context) {
    const deployment = context.informers.for(deployments).get(key);
    if (!deployment) return undefined;
    if (deployment.metadata.deletionTimestamp) return updateStatus(key, false, context);
    const current = await notePause(deployment, context);
    const isRolling = await roll(current, context);
    return updateStatus(key, isRolling, context);
  },
};

/** False: it is only resized or paused, which is no progress. */
async function roll(deployment: Deployment, context: ControllerContext): Promise<boolean> {
  const sets = await claimReplicaSets(deployment, context);
  const found = findNewReplicaSet(deployment, sets);
  if (deployment.spec.paused || isScaling(deployment, sets)) {
    if (found) await syncNewReplicaSet(deployment, found, context);
    const rollout = await rolloutOf(deployment, found, context);
    await scaleProportionally(rollout, context);
    if (deployment.spec.paused) await cleanUpHistory(rollout, context);
    return false;
  }
  const isRecreated = deployment.spec.strategy?.type === "Recreate";
  if (isRecreated && !(await emptyOld(await rolloutOf(deployment, found, context), context))) return true;
  const newest = await ensureNewReplicaSet(deployment, sets, context);
  const rollout = await rolloutOf(deployment, newest, context);
  if (isRecreated) await recreate(rollout, context);
  else await rollingUpdate(rollout, context);
  if (isComplete(deployment, deploymentStatus(rollout, { isRolling: false, clock: context.clock }))) {
    await cleanUpHistory(rollout, context);
  }
  return true;
}

/** As things are now: the sets are read again after each change. */
async function rolloutOf(
  deployment: Deployment,
  newest: ReplicaSet | undefined,
  context: ControllerContext,
): Promise<Rollout> {
  const sets = await claimReplicaSets(deployment, context);
  const isNewest = ({ metadata }: ReplicaSet): boolean => metadata.uid === newest?.metadata.uid;
  return { deployment, newest: sets.find((set) => isNewest(set)), old: sets.filter((set) => !isNewest(set)) };
}

function deploymentOf(pod: Pod, informers: ControllerContext["informers"]): readonly ObjectKey[] {
  const namespace = pod.metadata.namespace ?? "";
  const owner = controllerOf(pod);
  const set = owner?.kind === "ReplicaSet" && informers.for(replicaSets).get({ namespace, name: owner.name });
  const above = set ? controllerOf(set) : undefined;
  return above?.kind === "Deployment" ? [{ namespace, name: above.name }] : [];
}

function adopters({ metadata }: ReplicaSet, informers: ControllerContext["informers"]): readonly ObjectKey[] {
  const namespace = metadata.namespace ?? "";
  return informers
    .for(deployments)
    .list(namespace)
    .map((deployment) => ({ namespace, name: deployment.metadata.name }));
}

async function updateStatus(
  key: ObjectKey,
  isRolling: boolean,
  context: ControllerContext,
): Promise<Requeue | undefined> {
  const deployment = context.informers.for(deployments).get(key);
  if (!deployment) return undefined;
  const sets = await claimReplicaSets(deployment, context);
  const rollout = await rolloutOf(deployment, findNewReplicaSet(deployment, sets), context);
  const status = deploymentStatus(rollout, { isRolling, clock: context.clock });
  if (!sameTree(status, deployment.status)) {
    await context.client.updateStatus(deployments, { ...deployment, status });
  }
  const waitMs = progressDeadlineMs({ ...deployment, status }, context.clock);
  return waitMs === undefined ? undefined : { requeueAfterMs: waitMs };
}
