import { controllerOf, type KubeObject } from "../../api/object.ts";
import { formatLabelSelector } from "../../api/selectors.ts";
import type { LabelSelector, Pod } from "../../api/types.gen.ts";
import { listAll } from "../targets.ts";
import type { Call } from "../verb.ts";

/** How many of an object's pods are in which phase, as `Pods Status` tells it. */
export async function podsStatus(object: KubeObject, selector: LabelSelector | undefined, call: Call): Promise<string> {
  const path = `/api/v1/namespaces/${object.metadata.namespace ?? ""}/pods`;
  const pods = await listAll<Pod>(path, call, { labelSelector: formatLabelSelector(selector) });
  const own = pods.filter((pod) => controllerOf(pod)?.uid === object.metadata.uid);
  const count = (phase: string): number => own.filter(({ status }) => status?.phase === phase).length;
  return `${count("Running")} Running / ${count("Pending")} Waiting / ${count("Succeeded")} Succeeded / ${count("Failed")} Failed`;
}
