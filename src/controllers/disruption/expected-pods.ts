import { controllerOf, type KubeObject, type OwnerReference } from "../../api/object.ts";
import type { Pod, PodDisruptionBudget } from "../../api/types.gen.ts";
import type { Informers } from "../../client/informer.ts";
import { replicaSets } from "../../resources/apps/replica-set.ts";
import { apiVersionOf, has, type ResourceDefinition } from "../../resources/definition.ts";
import { scaledValue } from "../pods/scaled-value.ts";

/** How many pods a budget covers when all is well, and how many of them must stay healthy. */
export interface Expectation {
  readonly expected: number;
  readonly desiredHealthy: number;
  /** Pods without a controller, where that matters. */
  readonly unmanaged: readonly Pod[];
  /** Why it cannot be worked out. */
  readonly problem?: string;
}

interface Known {
  readonly resources: readonly ResourceDefinition[];
  readonly informers: Informers;
}

/** Only a plain minAvailable goes by the pods there are; all else by what their controllers ask for. */
export function expectedPods({ spec }: PodDisruptionBudget, covered: readonly Pod[], known: Known): Expectation {
  const { minAvailable, maxUnavailable } = spec;
  if (typeof minAvailable === "number") {
    return { expected: covered.length, desiredHealthy: minAvailable, unmanaged: [] };
  }
  if (minAvailable === undefined && maxUnavailable === undefined)
    return { expected: 0, desiredHealthy: 0, unmanaged: [] };
  const unmanaged = covered.filter((pod) => controllerOf(pod) === undefined);
  const sizes = new Map<string, number>();
  for (const pod of covered) {
    const owner = controllerOf(pod);
    if (!owner || sizes.has(owner.uid)) continue;
    const top = topOwner(owner, pod.metadata.namespace ?? "", known);
    if (sizes.has(top.uid)) continue;
    const size = sizeOf(top, pod, known);
    if (typeof size === "string") return { expected: 0, desiredHealthy: 0, unmanaged, problem: size };
    sizes.set(top.uid, size);
  }
  const expected = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  const desired =
    maxUnavailable === undefined
      ? scaledValue(minAvailable ?? 0, expected, "up")
      : expected - scaledValue(maxUnavailable, expected, "up");
  return { expected, desiredHealthy: Math.max(0, desired), unmanaged };
}

/** The Deployment behind a ReplicaSet speaks for it. */
function topOwner(owner: OwnerReference, namespace: string, { informers }: Known): OwnerReference {
  if (owner.kind !== "ReplicaSet") return owner;
  const set = informers.for(replicaSets).get({ namespace, name: owner.name });
  const above = set && set.metadata.uid === owner.uid ? controllerOf(set) : undefined;
  return above?.kind === "Deployment" ? above : owner;
}

/** How many pods a controller asks for, or why nobody knows. */
function sizeOf(
  { apiVersion, kind, name, uid }: OwnerReference,
  pod: Pod,
  { resources, informers }: Known,
): number | string {
  const resource = resources.find((one) => one.kind === kind && apiVersionOf(one) === apiVersion);
  if (!resource) return `no matches for kind ${JSON.stringify(kind)} in version ${JSON.stringify(apiVersion)}`;
  const group = resource.group ? `.${resource.group}` : "";
  if (!has(resource, "scale")) return `${resource.plural}${group} does not implement the scale subresource`;
  const owner = informers.for(resource).get({ namespace: pod.metadata.namespace ?? "", name });
  if (!owner || owner.metadata.uid !== uid) return `found no controllers for pod ${JSON.stringify(pod.metadata.name)}`;
  return (owner as KubeObject & { readonly spec?: { readonly replicas?: number } }).spec?.replicas ?? 1;
}
