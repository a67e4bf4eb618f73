import type { Pod, ReplicaSet } from "../../api/types.gen.ts";
import type { ControllerContext } from "../controller.ts";
import { podsOf } from "../pods/claim.ts";
import { hasFailed, hasSucceeded } from "../pods/pod-state.ts";
import { maxSurgeOf, maxUnavailableOf } from "./limits.ts";
import type { Rollout } from "./rollout.ts";
import { scaleReplicaSet } from "./scaling.ts";

/** Everything old goes before anything new comes. False: something old is still there. */
export async function emptyOld({ deployment, old }: Rollout, context: ControllerContext): Promise<boolean> {
  const active = old.filter(({ spec }) => (spec.replicas ?? 0) > 0);
  for (const set of active) await scaleReplicaSet(set, 0, deployment, context);
  const remaining = old.flatMap((set) => podsOf(set, context.informers)).filter((pod) => !hasEnded(pod));
  return active.length === 0 && remaining.length === 0;
}

function hasEnded(pod: Pod): boolean {
  return hasSucceeded(pod) || hasFailed(pod);
}

export async function recreate({ deployment, newest }: Rollout, context: ControllerContext): Promise<void> {
  if (newest) await scaleReplicaSet(newest, deployment.spec.replicas ?? 1, deployment, context);
}

/** One step up and, where enough pods are available, one step down. */
export async function rollingUpdate(rollout: Rollout, context: ControllerContext): Promise<void> {
  const { deployment, newest, old } = rollout;
  if (!newest) return;
  if (await scaleUpNewest(rollout, newest, context)) return;
  await scaleDownOld({ deployment, newest, old }, context);
}

/** True: it has been scaled; its pods must come before the old ones go. */
async function scaleUpNewest(
  { deployment, old }: Rollout,
  newest: ReplicaSet,
  context: ControllerContext,
): Promise<boolean> {
  const wanted = deployment.spec.replicas ?? 1;
  const size = newest.spec.replicas ?? 0;
  if (size > wanted) {
    await scaleReplicaSet(newest, wanted, deployment, context);
    return true;
  }
  const total = size + sizeOf(old);
  const room = wanted + maxSurgeOf(deployment) - total;
  const next = Math.min(wanted, size + Math.max(0, room));
  if (next === size) {
    await scaleReplicaSet(newest, size, deployment, context);
    return false;
  }
  await scaleReplicaSet(newest, next, deployment, context);
  return true;
}

async function scaleDownOld({ deployment, newest, old }: Rollout, context: ControllerContext): Promise<void> {
  const oldSize = sizeOf(old);
  if (oldSize === 0 || !newest) return;
  const leastAvailable = (deployment.spec.replicas ?? 1) - maxUnavailableOf(deployment);
  const newUnavailable = (newest.spec.replicas ?? 0) - (newest.status?.availableReplicas ?? 0);
  const total = (newest.spec.replicas ?? 0) + oldSize;
  const most = total - leastAvailable - newUnavailable;
  if (most <= 0) return;
  const cleaned = await removeUnhealthy({ deployment, newest, old }, most, context);
  const available = [newest, ...cleaned].reduce((sum, { status }) => sum + (status?.availableReplicas ?? 0), 0);
  let left = available - leastAvailable;
  for (const set of cleaned) {
    const size = set.spec.replicas ?? 0;
    const removed = Math.min(size, Math.max(0, left));
    if (removed === 0) continue;
    await scaleReplicaSet(set, size - removed, deployment, context);
    left -= removed;
  }
}

/** Pods of old sets that are not available anyway go first. Returns the sets as they are then. */
async function removeUnhealthy(
  { deployment, old }: Rollout,
  most: number,
  context: ControllerContext,
): Promise<ReplicaSet[]> {
  let left = most;
  const sets: ReplicaSet[] = [];
  for (const set of old) {
    const size = set.spec.replicas ?? 0;
    const removed = Math.min(left, Math.max(0, size - (set.status?.availableReplicas ?? 0)));
    left -= removed;
    if (removed > 0) await scaleReplicaSet(set, size - removed, deployment, context);
    sets.push(removed > 0 ? { ...set, spec: { ...set.spec, replicas: size - removed } } : set);
  }
  return sets;
}

function sizeOf(sets: readonly ReplicaSet[]): number {
  return sets.reduce((sum, { spec }) => sum + (spec.replicas ?? 0), 0);
}
