import { type Mutable, sameTree } from "../../../api/object.ts";
import type { Service, ServiceSpec } from "../../../api/types.gen.ts";
import { isExternallyAccessible, needsHealthCheckPort, needsNodePorts } from "./defaults.ts";

/** Keeps what the cluster gave a Service where an update leaves it out, as a manifest applied again does. */
export function keepAllocatedFields(service: Mutable<Service>, previous: Service): void {
  if (hasClusterIp(service) && hasClusterIp(previous)) keepClusterIps(service.spec, previous.spec);
  else if (service.spec.clusterIP && !service.spec.clusterIPs?.length) {
    service.spec.clusterIPs = [service.spec.clusterIP];
  }
  if (needsNodePorts(service) && needsNodePorts(previous)) keepNodePorts(service, previous);
  const { healthCheckNodePort } = previous.spec;
  if (healthCheckNodePort && needsHealthCheckPort(service) && needsHealthCheckPort(previous)) {
    service.spec.healthCheckNodePort ||= healthCheckNodePort;
  }
}

function hasClusterIp({ spec }: Service): boolean {
  return spec.type !== "ExternalName";
}

/** `clusterIP` and `clusterIPs` say the same: whichever a client changed leads. */
function keepClusterIps(spec: Mutable<ServiceSpec>, before: ServiceSpec): void {
  const { clusterIP = "", clusterIPs = [], ipFamilies, ipFamilyPolicy } = before;
  const listUnchanged = sameTree(spec.clusterIPs ?? [], clusterIPs);
  if (!spec.clusterIP && (!spec.clusterIPs?.length || listUnchanged)) {
    spec.clusterIP = clusterIP;
    spec.clusterIPs = [...clusterIPs];
  } else if (spec.clusterIP && (!spec.clusterIPs?.length || (listUnchanged && spec.clusterIP !== clusterIP))) {
    spec.clusterIPs = spec.clusterIP === clusterIP ? [...clusterIPs] : [spec.clusterIP];
  }
  if (!spec.ipFamilies?.length && ipFamilies) spec.ipFamilies = [...ipFamilies];
  if (ipFamilyPolicy) spec.ipFamilyPolicy ??= ipFamilyPolicy;
}

/** A port keeps its node port by name, unless another port has taken that number. */
function keepNodePorts({ spec }: Mutable<Service>, { spec: before }: Service): void {
  const known = new Map((before.ports ?? []).map(({ name = "", nodePort = 0 }) => [name, nodePort]));
  const ports = spec.ports ?? [];
  const taken = new Set(ports.map(({ nodePort }) => nodePort ?? 0));
  for (const port of ports) {
    const nodePort = known.get(port.name ?? "") ?? 0;
    if (port.nodePort || !nodePort || taken.has(nodePort)) continue;
    port.nodePort = nodePort;
    taken.add(nodePort);
  }
}

/** Drops what only the former type needed, where a client has just left it as it was. */
export function clearAbandonedFields(service: Mutable<Service>, previous: Service): void {
  const { spec } = service;
  const { spec: before } = previous;
  if (!hasClusterIp(service) && hasClusterIp(previous)) {
    drop(spec, before, ["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"]);
  }
  if (!needsNodePorts(service) && needsNodePorts(previous) && sameNodePorts(spec, before)) {
    for (const port of spec.ports ?? []) delete port.nodePort;
  }
  if (!needsHealthCheckPort(service)) drop(spec, before, ["healthCheckNodePort"]);
  if (spec.type !== "LoadBalancer") drop(spec, before, ["allocateLoadBalancerNodePorts", "loadBalancerClass"]);
  if (!isExternallyAccessible(service)) drop(spec, before, ["externalTrafficPolicy"]);
}

function drop(spec: Mutable<ServiceSpec>, before: ServiceSpec, fields: readonly (keyof ServiceSpec)[]): void {
  for (const field of fields) if (sameTree(spec[field], before[field])) delete spec[field];
}

function sameNodePorts(spec: ServiceSpec, before: ServiceSpec): boolean {
  const numbers = ({ ports = [] }: ServiceSpec): number[] =>
    ports.map(({ nodePort = 0 }) => nodePort).toSorted((a, b) => a - b);
  return sameTree(numbers(spec), numbers(before));
}
