import { type ObjectKey, sameTree } from "../../api/object.ts";
import { keyOf } from "../../api/object.ts";
import type { ControllerRevision, StatefulSet } from "../../api/types.gen.ts";
import { controllerRevisions } from "../../resources/apps/controller-revision.ts";
import { statefulSets } from "../../resources/apps/stateful-set.ts";
import { persistentVolumeClaims } from "../../resources/core/persistent-volume-claim.ts";
import { pods } from "../../resources/core/pod.ts";
import { type Controller, type ControllerContext, type Requeue, watching } from "../controller.ts";
import { claimPods, indexPods, wakeAdopters } from "../pods/claim.ts";
import { CreationPace } from "../pods/creation-pace.ts";
import { availableInMs, isTerminating } from "../pods/pod-state.ts";
import {
  indexRevisions,
  recordRevision,
  revisionLabel,
  revisionsOf,
  type Snapshot,
  truncateHistory,
} from "../revisions/history.ts";
import { ordinalOf } from "./identity.ts";
import { type Generation, podsByOrdinal } from "./members.ts";
import { scale } from "./scaling.ts";
import { statefulSetStatus } from "./status.ts";
import { rollOut } from "./update.ts";

/** Keeps pods that have names, in order, each with its own claims. https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/ */
export function statefulSetController(): Controller<StatefulSet> {
  const pace = new CreationPace();
  return {
    name: "statefulset-controller",
    reconciles: statefulSets,
    owns: [pods, controllerRevisions],
    watches: [
      wakeAdopters(statefulSets),
      // A pod waits for the claims of its predecessor to be gone.
      watching(persistentVolumeClaims, ({ type, object }, { informers }) => {
        if (type !== "DELETED") return [];
        const sets = informers.for(statefulSets).list(object.metadata.namespace);
        return sets.filter(({ spec }) => (spec.volumeClaimTemplates ?? []).length > 0).map((set) => keyOf(set));
      }),
    ],

    start({ informers }) {
      indexPods(informers);
      indexRevisions(informers);
    },

    async reconcile(key, context) {
      const set = context.informers.for(statefulSets).get(key);
      if (!set) return undefined;
      const snapshot = set.metadata.deletionTimestamp ? lastSnapshot(set, context) : await recordRevision(set, context);
      if (!snapshot) return undefined;
      const { revision, collisionCount } = snapshot;
      let waitMs = 0;
      const mayCreate = (): boolean => {
        waitMs = pace.waitMs(set.metadata.uid ?? "", set.spec.replicas ?? 1, context.clock);
        return waitMs === 0;
      };
      const current = currentRevision(set, revision, context);
      const generation = { set, update: revision, current, collisionCount, mayCreate };
      try {
        await act(generation, context);
      } catch (error) {
        // What has been seen and what is there is told all the same.
        await updateStatus(key, generation, context);
        throw error;
      }
      const requeue = await updateStatus(key, generation, context);
      return waitMs > 0 ? { requeueAfterMs: waitMs } : requeue;
    },
  };
}

/** What is collected before its set is not made again. */
function lastSnapshot(set: StatefulSet, { informers }: ControllerContext): Snapshot | undefined {
  const revision = revisionsOf(set, informers).at(-1);
  return revision && { revision, collisionCount: set.status?.collisionCount };
}

/** The one that pods had before the update began; gone from history, it is the newest. */
function currentRevision(
  set: StatefulSet,
  update: ControllerRevision,
  { informers }: ControllerContext,
): ControllerRevision {
  const name = set.status?.currentRevision;
  return revisionsOf(set, informers).find(({ metadata }) => metadata.name === name) ?? update;
}

async function act(generation: Generation, context: ControllerContext): Promise<void> {
  const { set } = generation;
  const members = podsByOrdinal(set, await claimed(set, context));
  if (set.metadata.deletionTimestamp) return;
  const mayGoOn = await scale(generation, members, context);
  if (mayGoOn) await rollOut(generation, members, context);
}

function claimed(set: StatefulSet, context: ControllerContext): ReturnType<typeof claimPods> {
  const mayAdopt = (pod: Parameters<typeof ordinalOf>[0]): boolean =>
    !isTerminating(pod) && ordinalOf(pod, set) !== undefined;
  return claimPods(set, set.spec.selector, context, { mayAdopt });
}

async function updateStatus(
  key: ObjectKey,
  generation: Generation,
  context: ControllerContext,
): Promise<Requeue | undefined> {
  const { informers, client, clock } = context;
  const set = informers.for(statefulSets).get(key);
  if (!set) return undefined;
  const own = await claimed(set, context);
  const status = statefulSetStatus({ ...generation, set }, own, clock.now());
  const latest = sameTree(status, set.status) ? set : await client.updateStatus(statefulSets, { ...set, status });
  const live = new Set([
    status.currentRevision,
    status.updateRevision,
    ...own.map(({ metadata }) => metadata.labels?.[revisionLabel]),
  ]);
  await truncateHistory(latest, ({ metadata }) => live.has(metadata.name), context);
  const waitMs = availableInMs(own, set.spec.minReadySeconds ?? 0, clock.now());
  return waitMs === undefined ? undefined : { requeueAfterMs: waitMs };
}
