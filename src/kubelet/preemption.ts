import type { Pod } from "../api/types.gen.ts";
import { qosClassOf } from "../resources/core/pod/qos-class.ts";
import { isCritical, type Occupancy, type Refusal, shortagesFor } from "./node-admission.ts";

const order = ["Guaranteed", "Burstable", "BestEffort"];

/**
 * Who has to go so that a critical pod finds room: the fewest, and those with the better class of service last.
 * undefined: nobody's going would be enough.
 * https://kubernetes.io/docs/tasks/administer-cluster/guaranteed-scheduling-critical-addon-pods/
 */
export function victimsFor(pod: Pod, occupancy: Occupancy): readonly Pod[] | undefined {
  const { allocatable, pods } = occupancy;
  const fitsWithout = (victims: ReadonlySet<Pod>): boolean =>
    shortagesFor(pod, { allocatable, pods: pods.filter((one) => !victims.has(one)) }).length === 0;
  const victims = new Set(pods.filter((one) => isPreemptable(one, pod)));
  if (!fitsWithout(victims)) return undefined;
  const spared = [...victims].toSorted((a, b) => order.indexOf(qosClassOf(a)) - order.indexOf(qosClassOf(b)));
  for (const one of spared) {
    victims.delete(one);
    if (!fitsWithout(victims)) victims.add(one);
  }
  return [...victims];
}

function isPreemptable(pod: Pod, by: Pod): boolean {
  return !isCritical(pod) || (pod.spec.priority ?? 0) < (by.spec.priority ?? 0);
}

/** What a critical pod is told when there is no room to be made for it. */
export function unrecovered(pod: Pod, occupancy: Occupancy): Refusal {
  const missing = shortagesFor(pod, occupancy)
    .map(({ resource, requested, used, capacity }) => `(res: ${resource}, q: ${requested - (capacity - used)}), `)
    .join("");
  const why = `no set of running pods found to reclaim resources: [${missing}]`;
  return {
    reason: "UnexpectedAdmissionError",
    message: `Unexpected error while attempting to recover from admission failure: preemption: error finding a set of pods to preempt: ${why}`,
  };
}
