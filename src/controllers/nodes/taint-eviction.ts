import { keyOf, type ObjectKey, sameTree } from "../../api/object.ts";
import { covers } from "../../api/tolerations.ts";
import type { Pod, Taint } from "../../api/types.gen.ts";
import { deleteIfPresent } from "../../client/delete-if-present.ts";
import { nodes } from "../../resources/core/node.ts";
import { pods } from "../../resources/core/pod.ts";
import { type Controller, type ControllerContext, watching } from "../controller.ts";
import { markDisrupted } from "../disruption/disruption-target.ts";
import { isTerminating } from "../pods/pod-state.ts";
import { indexPodsByNode, podsOnNode } from "./pods-on-node.ts";

const component = "taint-eviction-controller";

/** Deletes pods that their node repels, at once or when their patience is over. https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/#taint-based-evictions */
export function taintEvictionController(): Controller<Pod> {
  /** Since when a pod has been patient, in ms, by uid. */
  const since = new Map<string, number>();
  return {
    name: component,
    reconciles: pods,
    isNews: ({ object, previous }) => object.spec.nodeName !== undefined && object.spec !== previous?.spec,
    watches: [
      watching(nodes, ({ object, previous }, { informers }) => {
        const isNews = !sameTree(executing(object.spec.taints), executing(previous?.spec.taints));
        return isNews ? podsOnNode(object.metadata.name, informers).map((pod) => keyOf(pod)) : [];
      }),
      watching(pods, ({ type, object }): ObjectKey[] => {
        if (type === "DELETED") since.delete(object.metadata.uid ?? "");
        return [];
      }),
    ],

    start({ informers }) {
      indexPodsByNode(informers);
    },

    async reconcile(key, context) {
      const pod = context.informers.for(pods).get(key);
      if (!pod?.spec.nodeName || isTerminating(pod)) return undefined;
      const node = context.informers.for(nodes).get({ namespace: "", name: pod.spec.nodeName });
      const patienceMs = patienceOf(pod, executing(node?.spec.taints));
      const { uid = "" } = pod.metadata;
      if (patienceMs === undefined) {
        if (since.delete(uid)) tell(pod, `Cancelling deletion of Pod ${key.namespace}/${key.name}`, context);
        return undefined;
      }
      if (patienceMs === Infinity) return undefined;
      const begun = since.get(uid) ?? context.clock.now();
      since.set(uid, begun);
      const waitMs = begun + patienceMs - context.clock.now();
      if (waitMs > 0) return { requeueAfterMs: waitMs };
      await evict(pod, context);
      return undefined;
    },
  };
}

function executing(taints: readonly Taint[] | undefined): readonly Taint[] {
  return (taints ?? []).filter(({ effect }) => effect === "NoExecute");
}

/** How long a pod puts up with the taints, in ms; undefined: there are none. */
function patienceOf({ spec }: Pod, taints: readonly Taint[]): number | undefined {
  if (taints.length === 0) return undefined;
  const used = taints.map((taint) => (spec.tolerations ?? []).filter((toleration) => covers(toleration, taint)));
  if (used.some((tolerations) => tolerations.length === 0)) return 0;
  const seconds = used.flat().map(({ tolerationSeconds }) => tolerationSeconds ?? Infinity);
  return Math.max(0, Math.min(...seconds)) * 1000;
}

async function evict(pod: Pod, context: ControllerContext): Promise<void> {
  const { namespace = "", name } = pod.metadata;
  tell(pod, `Marking for deletion Pod ${namespace}/${name}`, context);
  const message = "Taint manager: deleting due to NoExecute taint";
  await markDisrupted(pod, { reason: "DeletionByTaintManager", message }, context);
  await deleteIfPresent(context.client, pods, keyOf(pod));
}

function tell(pod: Pod, message: string, { events }: ControllerContext): void {
  events.record(pod, { component }, { type: "Normal", reason: "TaintManagerEviction", message });
}
