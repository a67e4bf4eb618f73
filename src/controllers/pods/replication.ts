import { type KubeObject, sameTree } from "../../api/object.ts";
import { matchesLabels } from "../../api/selectors.ts";
import { ApiError } from "../../api/status.ts";
import type {
  LabelSelector,
  Pod,
  PodTemplateSpec,
  ReplicaSetCondition,
  ReplicaSetStatus,
} from "../../api/types.gen.ts";
import { pods } from "../../resources/core/pod.ts";
import type { ResourceDefinition } from "../../resources/definition.ts";
import { timestamp } from "../../sim/clock.ts";
import type { Controller, ControllerContext, Requeue } from "../controller.ts";
import { claimPods, indexPods, wakeAdopters } from "./claim.ts";
import { CreationPace } from "./creation-pace.ts";
import { inDeletionOrder } from "./deletion-order.ts";
import { createPod, deletePod, isNamespaceTerminating, podFrom } from "./pod-control.ts";
import { availableInMs, isActive, isAvailable, isReady } from "./pod-state.ts";

/** What ReplicaSets and ReplicationControllers have in common. */
export interface Replicator extends KubeObject {
  readonly spec: { readonly replicas?: number; readonly minReadySeconds?: number; readonly template?: PodTemplateSpec };
  readonly status?: ReplicaSetStatus;
}

export interface ReplicationOptions<T extends Replicator> {
  readonly name: string;
  readonly resource: ResourceDefinition<T>;
  selectorOf(owner: T): LabelSelector;
  /** The pods among which those on crowded nodes go first; its own unless given. */
  neighboursOf?(owner: T, context: ControllerContext): readonly Pod[];
}

/** At most this many pods are made or removed in one go. */
const burst = 500;

/** A controller that keeps as many pods as its object asks for. */
export function replicationController<T extends Replicator>(options: ReplicationOptions<T>): Controller<T> {
  const { name, resource } = options;
  const pace = new CreationPace();
  return {
    name,
    reconciles: resource,
    owns: [pods],
    watches: [wakeAdopters(resource)],

    start({ informers }) {
      indexPods(informers);
    },

    async reconcile(key, context) {
      const owner = context.informers.for(resource).get(key);
      if (!owner) return undefined;
      const surroundings = { options, context, pace };
      const before = await activePods(owner, surroundings);
      const isComplete = before.length === (owner.spec.replicas ?? 1) || owner.metadata.deletionTimestamp !== undefined;
      const { failure, waitMs } = isComplete ? nothing : await scale(owner, before, surroundings);
      const active = isComplete ? before : await activePods(owner, surroundings);
      const requeue = await updateStatus(owner, active, failure, surroundings);
      if (failure) throw failure.error;
      return waitMs === undefined ? requeue : { requeueAfterMs: Math.min(waitMs, requeue?.requeueAfterMs ?? waitMs) };
    },
  };
}

interface Failure {
  readonly reason: "FailedCreate" | "FailedDelete";
  readonly error: ApiError;
}

/** What has come of scaling. */
interface Outcome {
  /** Status tells of it before it is tried again. */
  readonly failure?: Failure;
  /** There is more to do, in so many ms. */
  readonly waitMs?: number;
}

const nothing: Outcome = {};

interface Surroundings<T extends Replicator> {
  readonly options: ReplicationOptions<T>;
  readonly context: ControllerContext;
  readonly pace: CreationPace;
}

async function activePods<T extends Replicator>(
  owner: T,
  { options, context }: Surroundings<T>,
): Promise<readonly Pod[]> {
  return (await claimPods(owner, options.selectorOf(owner), context)).filter((pod) => isActive(pod));
}

async function scale<T extends Replicator>(
  owner: T,
  active: readonly Pod[],
  { options, context, pace }: Surroundings<T>,
): Promise<Outcome> {
  const { replicas = 1 } = owner.spec;
  const { uid = "" } = owner.metadata;
  const missing = Math.min(replicas - active.length, burst);
  const reason = missing > 0 ? "FailedCreate" : "FailedDelete";
  try {
    for (let made = 0; made < missing; made++) {
      const waitMs = pace.waitMs(uid, replicas, context.clock);
      if (waitMs > 0) return { waitMs };
      await createPod(podFrom(owner.spec.template ?? {}, owner), owner, options.name, context);
    }
    if (missing >= 0) return nothing;
    const neighbours = options.neighboursOf?.(owner, context) ?? active;
    const ordered = inDeletionOrder(active, neighbours, context.clock.now());
    for (const pod of ordered.slice(0, Math.min(-missing, burst))) {
      await deletePod(pod, owner, options.name, context);
      pace.giveBack(uid);
    }
    return nothing;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return isNamespaceTerminating(error) ? nothing : { failure: { reason, error } };
  }
}

async function updateStatus<T extends Replicator>(
  { metadata }: T,
  active: readonly Pod[],
  failure: Failure | undefined,
  { options: { resource }, context }: Surroundings<T>,
): Promise<Requeue | undefined> {
  const owner = context.informers.for(resource).get({ namespace: metadata.namespace ?? "", name: metadata.name });
  if (!owner) return undefined;
  const now = context.clock.now();
  const status = statusOf(owner, active, { now, failure, since: timestamp(context.clock) });
  if (!sameTree(status, owner.status)) await context.client.updateStatus(resource, { ...owner, status });
  const waitMs = availableInMs(active, owner.spec.minReadySeconds ?? 0, now);
  return waitMs === undefined ? undefined : { requeueAfterMs: waitMs };
}

function statusOf(
  { spec, status, metadata }: Replicator,
  active: readonly Pod[],
  { now, failure, since }: { now: number; failure: Failure | undefined; since: string },
): ReplicaSetStatus {
  const labels = spec.template?.metadata?.labels ?? {};
  const counts = { fullyLabeledReplicas: 0, readyReplicas: 0, availableReplicas: 0 };
  for (const pod of active) {
    if (matchesLabels(labels, pod.metadata.labels ?? {})) counts.fullyLabeledReplicas++;
    if (!isReady(pod)) continue;
    counts.readyReplicas++;
    if (isAvailable(pod, spec.minReadySeconds ?? 0, now)) counts.availableReplicas++;
  }
  const conditions = conditionsOf(status?.conditions ?? [], failure, since);
  return {
    replicas: active.length,
    ...Object.fromEntries(Object.entries(counts).filter(([, number]) => number > 0)),
    observedGeneration: metadata.generation ?? 0,
    ...(conditions.length > 0 ? { conditions } : {}),
  };
}

/** The first failure is told until there is none. */
function conditionsOf(
  existing: readonly ReplicaSetCondition[],
  failure: Failure | undefined,
  since: string,
): readonly ReplicaSetCondition[] {
  const known = existing.some(({ type }) => type === "ReplicaFailure");
  if (!failure) return known ? existing.filter(({ type }) => type !== "ReplicaFailure") : existing;
  if (known) return existing;
  const { reason, error } = failure;
  const failed = { type: "ReplicaFailure", status: "True", lastTransitionTime: since } as const;
  return [...existing, { ...failed, reason, message: error.message }];
}
