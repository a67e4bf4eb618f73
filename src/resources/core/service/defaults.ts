import type { Mutable } from "../../../api/object.ts";
import type { Service } from "../../../api/types.gen.ts";

const affinitySeconds = 10_800;

/** Fills in what a Service leaves open. */
export function defaultService(service: Mutable<Service>): void {
  service.spec ??= {};
  const { spec } = service;
  spec.type ??= "ClusterIP";
  spec.sessionAffinity ??= "None";
  if (spec.sessionAffinity === "None") delete spec.sessionAffinityConfig;
  if (spec.sessionAffinity === "ClientIP") {
    spec.sessionAffinityConfig ??= {};
    spec.sessionAffinityConfig.clientIP ??= {};
    spec.sessionAffinityConfig.clientIP.timeoutSeconds ??= affinitySeconds;
  }
  for (const port of spec.ports ?? []) {
    port.protocol ??= "TCP";
    if (port.targetPort === undefined || port.targetPort === 0 || port.targetPort === "") port.targetPort = port.port;
  }
  if (isExternallyAccessible(service)) spec.externalTrafficPolicy ??= "Cluster";
  if (spec.type !== "ExternalName") spec.internalTrafficPolicy ??= "Cluster";
  if (spec.type === "LoadBalancer") spec.allocateLoadBalancerNodePorts ??= true;
  defaultServiceStatus(service);
}

/** Traffic to a load balancer's address is delivered to the node with that address as its destination, unless it says otherwise. */
export function defaultServiceStatus(service: Mutable<Service>): void {
  const { ingress } = service.status?.loadBalancer ?? {};
  if (!ingress?.some(({ ip, ipMode }) => ip && ipMode === undefined)) return;
  const withModes = ingress.map((one) => (one.ip ? { ipMode: "VIP" as const, ...one } : one));
  service.status = { ...service.status, loadBalancer: { ...service.status?.loadBalancer, ingress: withModes } };
}

export function isExternallyAccessible({ spec }: Service): boolean {
  const { type, externalIPs = [] } = spec;
  return type === "LoadBalancer" || type === "NodePort" || (type === "ClusterIP" && externalIPs.length > 0);
}

/** Whether a load balancer must ask the nodes which of them have endpoints. */
export function needsHealthCheckPort({ spec }: Service): boolean {
  return spec.type === "LoadBalancer" && spec.externalTrafficPolicy === "Local";
}

export function needsNodePorts({ spec }: Service): boolean {
  return spec.type === "NodePort" || (spec.type === "LoadBalancer" && spec.allocateLoadBalancerNodePorts !== false);
}

export function isHeadless({ spec }: Service): boolean {
  return spec.clusterIPs?.length === 1 && spec.clusterIPs[0] === "None";
}
