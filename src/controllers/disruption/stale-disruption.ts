import { keyOf } from "../../api/object.ts";
import type { Pod, PodCondition } from "../../api/types.gen.ts";
import { pods } from "../../resources/core/pod.ts";
import { timestamp } from "../../sim/clock.ts";
import type { Controller } from "../controller.ts";
import { isTerminating } from "../pods/pod-state.ts";

const staleMs = 2 * 60_000;

/** Takes back the word that a pod would be disrupted, when it has not been. https://kubernetes.io/docs/concepts/workloads/pods/disruptions/#pod-disruption-conditions */
export const staleDisruptionController: Controller<Pod> = {
  name: "stale-pod-disruption-controller",
  reconciles: pods,
  isNews: ({ object, previous }) => object.status !== previous?.status && targetOf(object) !== undefined,

  async reconcile(key, { informers, client, clock }) {
    const pod = informers.for(pods).get(key);
    const conditions = pod?.status?.conditions ?? [];
    const target = pod && targetOf(pod);
    if (!pod || !target || isTerminating(pod) || pod.status?.phase === "Failed" || pod.status?.phase === "Succeeded") {
      return undefined;
    }
    const waitMs = Date.parse(target.lastTransitionTime ?? "") + staleMs - clock.now();
    if (waitMs > 0) return { requeueAfterMs: waitMs };
    const { reason: _r, message: _m, ...rest } = target;
    const settled = { ...rest, status: "False", lastTransitionTime: timestamp(clock) };
    const others = conditions.map((condition) => (condition === target ? settled : condition));
    await client.patch(pods, keyOf(pod), { status: { conditions: others } }, "status");
    return undefined;
  },
};

function targetOf({ status }: Pod): PodCondition | undefined {
  return status?.conditions?.find((one) => one.type === "DisruptionTarget" && one.status === "True");
}
