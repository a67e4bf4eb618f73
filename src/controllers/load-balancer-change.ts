import { sameTree } from "../api/object.ts";
import type { Service } from "../api/types.gen.ts";

/** What the Event about a change says; a change that is told by no Event has none. */
export interface BalancerChange {
  readonly reason?: string;
  readonly message?: string;
}

/** One with a class is somebody else's business. */
export function wantsLoadBalancer({ spec }: Service): boolean {
  return spec.type === "LoadBalancer" && !spec.loadBalancerClass;
}

/** The first difference for which a load balancer must be ensured again; undefined: none. */
export function balancerChange(before: Service, after: Service): BalancerChange | undefined {
  const [wanted, wants] = [wantsLoadBalancer(before), wantsLoadBalancer(after)];
  if (!wanted && !wants) return undefined;
  if (wanted !== wants) return told("Type", before.spec.type, after.spec.type);
  const [old, now] = [before.spec, after.spec];
  if (!sameTree(old.loadBalancerSourceRanges, now.loadBalancerSourceRanges))
    return told("LoadBalancerSourceRanges", list(old.loadBalancerSourceRanges), list(now.loadBalancerSourceRanges));
  if (!sameTree(old.ports, now.ports) || old.sessionAffinity !== now.sessionAffinity) return {};
  if (!sameTree(old.sessionAffinityConfig, now.sessionAffinityConfig)) return {};
  if (old.loadBalancerIP !== now.loadBalancerIP) return told("LoadbalancerIP", old.loadBalancerIP, now.loadBalancerIP);
  const external = externalIpChange(old.externalIPs ?? [], now.externalIPs ?? []);
  if (external) return external;
  if (!sameTree(before.metadata.annotations, after.metadata.annotations)) return {};
  if (old.externalTrafficPolicy !== now.externalTrafficPolicy)
    return told("ExternalTrafficPolicy", old.externalTrafficPolicy, now.externalTrafficPolicy);
  if (old.healthCheckNodePort !== now.healthCheckNodePort)
    return told("HealthCheckNodePort", old.healthCheckNodePort ?? 0, now.healthCheckNodePort ?? 0);
  return undefined;
}

function externalIpChange(before: readonly string[], after: readonly string[]): BalancerChange | undefined {
  if (before.length !== after.length)
    return { reason: "ExternalIP", message: `Count: ${before.length} -> ${after.length}` };
  const added = after.find((ip, index) => ip !== before[index]);
  return added === undefined ? undefined : { reason: "ExternalIP", message: `Added: ${added}` };
}

function told(reason: string, before: string | number | undefined, after: string | number | undefined): BalancerChange {
  return { reason, message: `${before ?? ""} -> ${after ?? ""}` };
}

/** As Go prints a list. */
function list(items: readonly string[] | undefined): string {
  return `[${(items ?? []).join(" ")}]`;
}
