import { keyOf, type ObjectKey, sameTree } from "../../api/object.ts";
import type { DaemonSet, Node } from "../../api/types.gen.ts";
import type { WatchEvent } from "../../client/client.ts";
import { controllerRevisions } from "../../resources/apps/controller-revision.ts";
import { daemonSets } from "../../resources/apps/daemon-set.ts";
import { nodes } from "../../resources/core/node.ts";
import { pods } from "../../resources/core/pod.ts";
import { type Controller, type ControllerContext, type Requeue, watching } from "../controller.ts";
import { claimPods, indexPods, wakeAdopters } from "../pods/claim.ts";
import { availableInMs, isTerminating } from "../pods/pod-state.ts";
import {
  hashOf,
  indexRevisions,
  recordRevision,
  revisionLabel,
  type Snapshot,
  truncateHistory,
} from "../revisions/history.ts";
import { FailedPods } from "./failed-pods.ts";
import { component } from "./limits.ts";
import { podsByNode } from "./placement.ts";
import { fillNodes } from "./staffing.ts";
import { daemonSetStatus } from "./status.ts";
import { rollOut } from "./update.ts";

/** Keeps one pod on every node that takes it. https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/ */
export function daemonSetController(): Controller<DaemonSet> {
  const failures = new FailedPods();
  return {
    name: component,
    reconciles: daemonSets,
    owns: [pods, controllerRevisions],
    watches: [
      wakeAdopters(daemonSets),
      watching(nodes, (event, { informers }) =>
        samePlace(event)
          ? []
          : informers
              .for(daemonSets)
              .list()
              .map((set) => keyOf(set)),
      ),
    ],

    start({ informers }) {
      indexPods(informers);
      indexRevisions(informers);
    },

    async reconcile(key, context) {
      const set = context.informers.for(daemonSets).get(key);
      if (!set || set.metadata.deletionTimestamp) return undefined;
      const snapshot = await recordRevision(set, context);
      const retry = await fillNodes(
        set,
        { snapshot, failures, pods: podsByNode(await claimed(set, context)) },
        context,
      );
      if (set.spec.updateStrategy?.type !== "OnDelete") {
        await rollOut(set, { snapshot, pods: podsByNode(await claimed(set, context)) }, context);
      }
      return soonest(retry, await updateStatus(key, snapshot, context));
    },
  };
}

/** What of a node decides where pods go. */
function samePlace({ object, previous }: WatchEvent<Node>): boolean {
  return (
    previous !== undefined &&
    sameTree(object.metadata.labels, previous.metadata.labels) &&
    sameTree(object.spec, previous.spec)
  );
}

function claimed(set: DaemonSet, context: ControllerContext): ReturnType<typeof claimPods> {
  return claimPods(set, set.spec.selector, context, { mayAdopt: (pod) => !isTerminating(pod) });
}

async function updateStatus(
  key: ObjectKey,
  snapshot: Snapshot,
  context: ControllerContext,
): Promise<Requeue | undefined> {
  const { informers, client, clock } = context;
  const set = informers.for(daemonSets).get(key);
  if (!set) return undefined;
  const own = await claimed(set, context);
  const status = daemonSetStatus(
    set,
    { snapshot, pods: podsByNode(own), nodes: informers.for(nodes).list() },
    clock.now(),
  );
  if (!sameTree(status, set.status)) await client.updateStatus(daemonSets, { ...set, status });
  const live = new Set([hashOf(snapshot.revision), ...own.map(({ metadata }) => metadata.labels?.[revisionLabel])]);
  await truncateHistory(set, (revision) => live.has(hashOf(revision)), context);
  const waitMs = availableInMs(own, set.spec.minReadySeconds ?? 0, clock.now());
  return waitMs === undefined ? undefined : { requeueAfterMs: waitMs };
}

function soonest(a: Requeue | undefined, b: Requeue | undefined): Requeue | undefined {
  if (!a || !b) return a ?? b;
  return a.requeueAfterMs < b.requeueAfterMs ? a : b;
}
