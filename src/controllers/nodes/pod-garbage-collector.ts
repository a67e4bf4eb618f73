import { keyOf, type ObjectKey } from "../../api/object.ts";
import type { Node, Pod } from "../../api/types.gen.ts";
import { deleteIfPresent } from "../../client/delete-if-present.ts";
import { nodes } from "../../resources/core/node.ts";
import { pods } from "../../resources/core/pod.ts";
import { type Controller, type ControllerContext, watching } from "../controller.ts";
import { markDisrupted } from "../disruption/disruption-target.ts";
import { hasFailed, hasSucceeded, isTerminating } from "../pods/pod-state.ts";
import { readyStatus } from "./node-health.ts";
import { indexPodsByNode, podsOnNode } from "./pods-on-node.ts";

/** A node that is gone may come back for so long. */
const quarantineMs = 40_000;

/** Removes pods whose node is no more. https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-garbage-collection */
export function orphanedPodCollector(): Controller<Node> {
  /** Since when a node has been missing, in ms. */
  const missing = new Map<string, number>();
  return {
    name: "pod-garbage-collector-controller",
    reconciles: nodes,
    watches: [watching(pods, ({ object }, { informers }) => homeless(object, (key) => informers.for(nodes).get(key)))],

    start({ informers }) {
      indexPodsByNode(informers);
    },

    async reconcile(key, context) {
      const node = context.informers.for(nodes).get(key);
      if (node) {
        missing.delete(key.name);
        if (isOutOfService(node)) await removeTerminating(node, context);
        return undefined;
      }
      const orphans = podsOnNode(key.name, context.informers);
      if (orphans.length === 0) return undefined;
      const begun = missing.get(key.name) ?? context.clock.now();
      missing.set(key.name, begun);
      const waitMs = begun + quarantineMs - context.clock.now();
      if (waitMs > 0) return { requeueAfterMs: waitMs };
      for (const pod of orphans) await remove(pod, context);
      return undefined;
    },
  };
}

/** The node that a pod is bound to, when it is missing, or out of service and the pod waits for it to end. */
function homeless(pod: Pod, find: (key: ObjectKey) => Node | undefined): readonly ObjectKey[] {
  if (!pod.spec.nodeName) return [];
  const key = { namespace: "", name: pod.spec.nodeName };
  const node = find(key);
  return !node || (isTerminating(pod) && isOutOfService(node)) ? [key] : [];
}

/** https://kubernetes.io/docs/concepts/cluster-administration/node-shutdown/#non-graceful-node-shutdown */
function isOutOfService(node: Node): boolean {
  const isTainted = node.spec.taints?.some(({ key }) => key === "node.kubernetes.io/out-of-service") ?? false;
  return isTainted && readyStatus(node) !== "True";
}

/** What waits for a kubelet that will not come back need wait no longer. */
async function removeTerminating({ metadata }: Node, context: ControllerContext): Promise<void> {
  for (const pod of podsOnNode(metadata.name, context.informers)) {
    if (isTerminating(pod)) await forceDelete(pod, context);
  }
}

async function remove(pod: Pod, context: ControllerContext): Promise<void> {
  if (!hasSucceeded(pod) && !hasFailed(pod)) {
    const message = "PodGC: node no longer exists";
    await markDisrupted(pod, { reason: "DeletionByPodGC", message, fails: true }, context);
  }
  await forceDelete(pod, context);
}

async function forceDelete(pod: Pod, { client }: ControllerContext): Promise<void> {
  const preconditions = { uid: pod.metadata.uid ?? "" };
  await deleteIfPresent(client, pods, keyOf(pod), { gracePeriodSeconds: 0, preconditions });
}

/** So many pods that have ended are kept. */
const mostEnded = 12_500;

/** Removes the oldest of the pods that have ended when there are too many. */
export function endedPodCollector(threshold: number = mostEnded): Controller<Pod> {
  const ended = new Set<string>();
  const everything: ObjectKey = { namespace: "", name: "" };
  return {
    name: "terminated-pod-collector",
    reconciles: pods,
    isNews: () => false,
    watches: [
      watching(pods, ({ type, object }) => {
        const id = object.metadata.uid ?? "";
        if (type !== "DELETED" && isEnded(object)) ended.add(id);
        else ended.delete(id);
        return ended.size > threshold ? [everything] : [];
      }),
    ],

    async reconcile(key, context) {
      const surplus = ended.size - threshold;
      if (key.name !== everything.name || surplus <= 0) return;
      const all = context.informers
        .for(pods)
        .list()
        .filter((one) => isEnded(one));
      for (const one of all.toSorted(byAge).slice(0, surplus)) await forceDelete(one, context);
    },
  };
}

function isEnded(pod: Pod): boolean {
  return hasSucceeded(pod) || hasFailed(pod);
}

function byAge(a: Pod, b: Pod): number {
  const difference = Date.parse(a.metadata.creationTimestamp ?? "") - Date.parse(b.metadata.creationTimestamp ?? "");
  return difference || (a.metadata.name < b.metadata.name ? -1 : 1);
}
