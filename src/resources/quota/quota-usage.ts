import type { KubeObject } from "../../api/object.ts";
import type { PersistentVolumeClaim, Pod, Service } from "../../api/types.gen.ts";
import { storageClassOf } from "../core/access-modes.ts";
import type { Amounts } from "./amounts.ts";
import { podAmounts } from "./pod-amounts.ts";

type Resource = { readonly group: string; readonly plural: string };

const one = "1";
const classInfix = ".storageclass.storage.k8s.io/";

/** Kinds whose number a quota may also limit by their plain name. */
const namedCounts = new Set(["configmaps", "replicationcontrollers", "resourcequotas", "secrets"]);

/**
 * What an object uses of the resources that quotas limit. `now` is in ms: a pod whose grace period is over counts no more.
 * https://kubernetes.io/docs/concepts/policy/resource-quotas/
 */
export function quotaUsage(resource: Resource, object: KubeObject, now: number): Amounts {
  const count = { [countName(resource)]: one };
  if (resource.group !== "") return count;
  switch (resource.plural) {
    case "pods":
      return { ...count, ...(isCharged(object as Pod, now) ? podUsage(object as Pod) : {}) };
    case "services":
      return { ...count, ...serviceUsage(object as Service) };
    case "persistentvolumeclaims":
      return { ...count, ...claimUsage(object as PersistentVolumeClaim) };
    default:
      return namedCounts.has(resource.plural) ? { ...count, [resource.plural]: one } : count;
  }
}

/** Whether objects of this resource can use what is called `name` in a quota. */
export function countsToward(resource: Resource, name: string): boolean {
  if (name === countName(resource)) return true;
  if (resource.group !== "") return false;
  switch (resource.plural) {
    case "pods":
      return podResource.test(name);
    case "services":
      return name === "services" || name === "services.loadbalancers" || name === "services.nodeports";
    case "persistentvolumeclaims":
      return name === "persistentvolumeclaims" || name === "requests.storage" || name.includes(classInfix);
    default:
      return namedCounts.has(resource.plural) && name === resource.plural;
  }
}

/** Extended resources have a domain, and are limited by what is requested of them. */
const podResource =
  /^(?:pods|(?:(?:requests|limits)\.)?(?:cpu|memory|ephemeral-storage)|(?:requests\.)?hugepages-.+|requests\.(?!storage$)(?!.*\.storageclass\.)[^/]+\/.+)$/u;

/** `count/deployments.apps` */
function countName({ group, plural }: Resource): string {
  return `count/${plural}${group ? `.${group}` : ""}`;
}

function isCharged({ status, metadata }: Pod, now: number): boolean {
  if (status?.phase === "Failed" || status?.phase === "Succeeded") return false;
  const { deletionTimestamp, deletionGracePeriodSeconds } = metadata;
  if (!deletionTimestamp || deletionGracePeriodSeconds === undefined) return true;
  return now <= Date.parse(deletionTimestamp) + deletionGracePeriodSeconds * 1000;
}

function podUsage({ spec }: Pod): Amounts {
  const usage: Record<string, string> = { pods: one };
  for (const [name, amount] of Object.entries(podAmounts(spec, "requests"))) {
    if (isCompute(name) || name.startsWith("hugepages-")) usage[name] = amount;
    usage[`requests.${name}`] = amount;
  }
  for (const [name, amount] of Object.entries(podAmounts(spec, "limits"))) {
    if (isCompute(name)) usage[`limits.${name}`] = amount;
  }
  return usage;
}

function isCompute(name: string): boolean {
  return name === "cpu" || name === "memory" || name === "ephemeral-storage";
}

function serviceUsage({ spec }: Service): Amounts {
  const { type, ports = [], allocateLoadBalancerNodePorts = true } = spec;
  if (type !== "NodePort" && type !== "LoadBalancer") return { services: one };
  const charged =
    allocateLoadBalancerNodePorts || type === "NodePort" ? ports : ports.filter(({ nodePort }) => nodePort);
  return {
    services: one,
    "services.nodeports": String(charged.length),
    ...(type === "LoadBalancer" ? { "services.loadbalancers": one } : {}),
  };
}

function claimUsage(claim: PersistentVolumeClaim): Amounts {
  const { spec } = claim;
  const storageClass = storageClassOf({
    metadata: claim.metadata,
    spec: spec.storageClassName === undefined ? {} : { storageClassName: spec.storageClassName },
  });
  const storage = spec.resources?.requests?.["storage"];
  return {
    persistentvolumeclaims: one,
    ...(storage ? { "requests.storage": storage } : {}),
    ...(storageClass ? { [`${storageClass}${classInfix}persistentvolumeclaims`]: one } : {}),
    ...(storageClass && storage ? { [`${storageClass}${classInfix}requests.storage`]: storage } : {}),
  };
}
