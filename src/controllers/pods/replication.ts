import { type KubeObject, sameTree } from "../../api/object.ts";
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
import { type Controller, type ControllerContext, type Requeue, watching } from "../controller.ts";
import { adoptOrphans, indexPods, podsOf, release, wakeAdopters } from "./claim.ts";
import { CreationPace } from "./creation-pace.ts";
import { inDeletionOrder } from "./deletion-order.ts";
import { createPod, deletePod, isNamespaceTerminating, podFrom } from "./pod-control.ts";
import { isActive } from "./pod-state.ts";
import { type Measure, PodTally, type Tally } from "./pod-tally.ts";

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
  const tally = new PodTally();
  return {
    name,
    reconciles: resource,
    owns: [pods],
    watches: [
      wakeAdopters(resource),
      watching(pods, (event) => {
        tally.note(event);
        return [];
      }),
    ],

    start({ informers }) {
      indexPods(informers);
    },

    async reconcile(key, context) {
      const owner = context.informers.for(resource).get(key);
      if (!owner) {
        tally.forget(key);
        return undefined;
      }
      const surroundings = { options, context, pace, tally };
      const { active } = await claim(owner, surroundings);
      const isComplete = active === (owner.spec.replicas ?? 1) || owner.metadata.deletionTimestamp !== undefined;
      const { failure, waitMs } = isComplete ? nothing : await scale(owner, active, surroundings);
      const requeue = await updateStatus(owner, failure, surroundings);
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
  readonly tally: PodTally;
}

/** Its pods, after it has released those that no longer match and adopted those that do. */
async function claim<T extends Replicator>(owner: T, surroundings: Surroundings<T>): Promise<Tally> {
  const { options, context } = surroundings;
  if (owner.metadata.deletionTimestamp) return tallyOf(owner, surroundings);
  for (const pod of tallyOf(owner, surroundings).strays) await release(pod, owner, context);
  await adoptOrphans(owner, options.selectorOf(owner), context);
  return tallyOf(owner, surroundings);
}

function tallyOf<T extends Replicator>(owner: T, { options, context, tally }: Surroundings<T>): Tally {
  const { template, minReadySeconds = 0 } = owner.spec;
  const measure = (): Measure => ({
    selector: options.selectorOf(owner),
    templateLabels: template?.metadata?.labels ?? {},
    minReadySeconds,
  });
  return tally.of(owner, measure, context.informers, context.clock.now());
}

async function scale<T extends Replicator>(
  owner: T,
  active: number,
  { options, context, pace }: Surroundings<T>,
): Promise<Outcome> {
  const { replicas = 1 } = owner.spec;
  const { uid = "" } = owner.metadata;
  const missing = Math.min(replicas - active, burst);
  const reason = missing > 0 ? "FailedCreate" : "FailedDelete";
  try {
    for (let made = 0; made < missing; made++) {
      const waitMs = pace.waitMs(uid, replicas, context.clock);
      if (waitMs > 0) return { waitMs };
      await createPod(podFrom(owner.spec.template ?? {}, owner), owner, options.name, context);
    }
    if (missing >= 0) return nothing;
    const own = podsOf(owner, context.informers).filter((pod) => isActive(pod));
    const neighbours = options.neighboursOf?.(owner, context) ?? own;
    const ordered = inDeletionOrder(own, neighbours, context.clock.now());
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
  failure: Failure | undefined,
  surroundings: Surroundings<T>,
): Promise<Requeue | undefined> {
  const { options, context } = surroundings;
  const { resource } = options;
  const owner = context.informers.for(resource).get({ namespace: metadata.namespace ?? "", name: metadata.name });
  if (!owner) return undefined;
  const counted = tallyOf(owner, surroundings);
  const status = statusOf(owner, counted, { failure, since: timestamp(context.clock) });
  if (!sameTree(status, owner.status)) await context.client.updateStatus(resource, { ...owner, status });
  const { nextAvailableInMs } = counted;
  return nextAvailableInMs === undefined ? undefined : { requeueAfterMs: nextAvailableInMs };
}

function statusOf(
  { status, metadata }: Replicator,
  { active, labelled, ready, available }: Tally,
  { failure, since }: { failure: Failure | undefined; since: string },
): ReplicaSetStatus {
  const counts = { fullyLabeledReplicas: labelled, readyReplicas: ready, availableReplicas: available };
  const conditions = conditionsOf(status?.conditions ?? [], failure, since);
  return {
    replicas: active,
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
