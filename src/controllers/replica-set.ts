import { keyOf, type ObjectKey, sameTree } from "../api/object.ts";
import { ApiError } from "../api/status.ts";
import type { Pod, ReplicaSet, ReplicaSetCondition, ReplicaSetStatus } from "../api/types.gen.ts";
import { replicaSets } from "../resources/apps/replica-set.ts";
import { pods } from "../resources/core/pod.ts";
import { timestamp } from "../sim/clock.ts";
import { type Controller, type ControllerContext, type Requeue, watching } from "./controller.ts";
import { claimPods, indexPods } from "./pods/claim.ts";
import { inDeletionOrder } from "./pods/deletion-order.ts";
import { createPod, deletePod, podFrom } from "./pods/pod-control.ts";
import { availableInMs, isActive, isAvailable, isReady } from "./pods/pod-state.ts";

/** At most this many pods are made or removed in one go. */
const burst = 500;

/** Keeps as many pods as the ReplicaSet asks for. https://kubernetes.io/docs/concepts/workloads/controllers/replicaset/ */
export const replicaSetController: Controller<ReplicaSet> = {
  name: "replicaset-controller",
  reconciles: replicaSets,
  owns: [pods],
  watches: [watching(pods, ({ object }, { informers }) => adopters(object, informers.for(replicaSets).list(object.metadata.namespace)))],

  start({ informers }) {
    indexPods(informers);
  },

  async reconcile(key, context) {
    const set = context.informers.for(replicaSets).get(key);
    if (!set) return;
    const claimed = await claimPods(set, set.spec.selector, context);
    const active = claimed.filter((pod) => isActive(pod));
    const failure = set.metadata.deletionTimestamp ? undefined : await scale(set, active, context);
    const requeue = await updateStatus(set, context, failure);
    if (failure) throw failure;
    return requeue;
  },
};

/** An orphan wakes every set that might adopt it. */
function adopters({ metadata }: Pod, sets: readonly ReplicaSet[]): ObjectKey[] {
  if (metadata.ownerReferences?.some(({ controller }) => controller)) return [];
  return sets.map((set) => keyOf(set));
}

/** Returns what went wrong, if anything: status tells of it before the set is tried again. */
async function scale(
  set: ReplicaSet,
  active: readonly Pod[],
  context: ControllerContext,
): Promise<ApiError | undefined> {
  const missing = Math.min((set.spec.replicas ?? 1) - active.length, burst);
  try {
    for (let made = 0; made < missing; made++) {
      await createPod(podFrom(set.spec.template ?? {}, set), set, replicaSetController.name, context);
    }
    if (missing < 0) {
      for (const pod of inDeletionOrder(active).slice(0, Math.min(-missing, burst))) {
        await deletePod(pod, set, replicaSetController.name, context);
      }
    }
    return undefined;
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
}

async function updateStatus(
  set: ReplicaSet,
  context: ControllerContext,
  failure: ApiError | undefined,
): Promise<Requeue | undefined> {
  const latest = context.informers.for(replicaSets).get(keyOf(set));
  if (!latest) return undefined;
  const claimed = await claimPods(latest, latest.spec.selector, context);
  const now = context.clock.now();
  const status = statusOf(latest, claimed, { now, failure, since: timestamp(context.clock) });
  if (!sameTree(status, latest.status)) await context.client.updateStatus(replicaSets, { ...latest, status });
  const waitMs = availableInMs(claimed, latest.spec.minReadySeconds ?? 0, now);
  return waitMs === undefined ? undefined : { requeueAfterMs: waitMs };
}

function statusOf(
  set: ReplicaSet,
  claimed: readonly Pod[],
  { now, failure, since }: { now: number; failure: ApiError | undefined; since: string },
): ReplicaSetStatus {
  const active = claimed.filter((pod) => isActive(pod));
  const labels = Object.entries(set.spec.template?.metadata?.labels ?? {});
  const count = (test: (pod: Pod) => boolean): number => active.filter((pod) => test(pod)).length;
  const counts = {
    fullyLabeledReplicas: count((pod) => labels.every(([name, value]) => pod.metadata.labels?.[name] === value)),
    readyReplicas: count((pod) => isReady(pod)),
    availableReplicas: count((pod) => isAvailable(pod, set.spec.minReadySeconds ?? 0, now)),
  };
  const conditions = conditionsOf(set, failure, since);
  return {
    replicas: active.length,
    ...Object.fromEntries(Object.entries(counts).filter(([, number]) => number > 0)),
    observedGeneration: set.metadata.generation ?? 0,
    ...(conditions.length > 0 ? { conditions } : {}),
  };
}

function conditionsOf(set: ReplicaSet, failure: ApiError | undefined, since: string): readonly ReplicaSetCondition[] {
  const existing = set.status?.conditions ?? [];
  const others = existing.filter(({ type }) => type !== "ReplicaFailure");
  if (!failure) return others;
  const current = existing.find(({ type }) => type === "ReplicaFailure");
  if (current?.message === failure.message) return existing;
  const failed = { type: "ReplicaFailure", status: "True", lastTransitionTime: since } as const;
  return [...others, { ...failed, reason: "FailedCreate", message: failure.message }];
}
