import { duplicate, type FieldError, invalid, notAllowed, notSupported, required } from "../../../api/status.ts";
import type { Service, ServicePort, ServiceSpec } from "../../../api/types.gen.ts";
import { cidrErrors, endpointAddressErrors } from "../../ip.ts";
import { labelErrors } from "../../metadata.ts";
import { check, dnsLabel, dnsSubdomain, portName, portNumberProblems, qualifiedName } from "../../names.ts";
import { protocols } from "../endpoints.ts";
import { clusterIpErrors, familyErrors } from "./cluster-ips.ts";
import { isExternallyAccessible, isHeadless, needsHealthCheckPort } from "./defaults.ts";

const types = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"];
const affinities = ["ClientIP", "None"];
const policies = ["Cluster", "Local"];
const longestAffinitySeconds = 86_400;
const rangesAnnotation = "service.beta.kubernetes.io/load-balancer-source-ranges";

/** What is wrong with a Service; with `previous`, also what may not change. */
export function serviceErrors(service: Service, previous?: Service): FieldError[] {
  const { spec } = service;
  return [
    ...(previous ? changeErrors(service, previous) : []),
    ...typeErrors(service),
    ...(spec.ports ?? []).flatMap((port, index) => portErrors(port, index, spec.ports ?? [])),
    ...labelErrors("spec.selector", spec.selector),
    ...affinityErrors(spec),
    ...familyErrors(spec),
    ...(spec.externalIPs ?? []).flatMap((ip, index) => endpointAddressErrors(`spec.externalIPs[${index}]`, ip)),
    ...(types.includes(spec.type ?? "") ? [] : [notSupported("spec.type", spec.type ?? "", types)]),
    ...repeatedPortErrors(spec),
    ...loadBalancerErrors(service),
    ...trafficErrors(service),
  ];
}

function changeErrors(service: Service, previous: Service): FieldError[] {
  const { spec } = service;
  const { spec: before } = previous;
  const errors = clusterIpErrors(service, previous);
  const bothBalance = spec.type === "LoadBalancer" && before.type === "LoadBalancer";
  if (bothBalance && spec.loadBalancerClass !== before.loadBalancerClass) {
    errors.push(invalid("spec.loadBalancerClass", spec.loadBalancerClass, "may not change once set"));
  }
  const bothCheck = needsHealthCheckPort(service) && needsHealthCheckPort(previous);
  if (bothCheck && spec.healthCheckNodePort !== before.healthCheckNodePort) {
    errors.push(notAllowed("spec.healthCheckNodePort", "field is immutable"));
  }
  return errors;
}

function typeErrors(service: Service): FieldError[] {
  const { spec } = service;
  const noPorts = (spec.ports ?? []).length === 0 && !isHeadless(service) && spec.type !== "ExternalName";
  const errors = noPorts ? [required("spec.ports")] : [];
  switch (spec.type) {
    case "LoadBalancer":
    case "NodePort":
      if (isHeadless(service)) {
        errors.push(invalid("spec.clusterIPs[0]", "None", `may not be set to 'None' for ${spec.type} services`));
      }
      return errors;
    case "ExternalName":
      return [...errors, ...externalNameErrors(spec)];
    default:
      return errors;
  }
}

function externalNameErrors(spec: ServiceSpec): FieldError[] {
  const why = "may not be set for ExternalName services";
  const cname = (spec.externalName ?? "").replace(/\.$/u, "");
  return [
    ...(spec.clusterIPs?.length || spec.clusterIP ? [notAllowed("spec.clusterIPs", why)] : []),
    ...(spec.ipFamilies?.length ? [notAllowed("spec.ipFamilies", why)] : []),
    ...(spec.ipFamilyPolicy === undefined ? [] : [notAllowed("spec.ipFamilyPolicy", why)]),
    ...(cname ? check("spec.externalName", cname, dnsSubdomain) : [required("spec.externalName")]),
  ];
}

function portErrors(port: ServicePort, index: number, all: readonly ServicePort[]): FieldError[] {
  const field = `spec.ports[${index}]`;
  const { name, protocol, targetPort, appProtocol } = port;
  const errors: FieldError[] = [];
  if (name) {
    errors.push(...check(`${field}.name`, name, dnsLabel));
    if (all.slice(0, index).some((other) => other.name === name)) errors.push(duplicate(`${field}.name`, name));
  } else if (all.length > 1) errors.push(required(`${field}.name`));
  errors.push(...numberErrors(`${field}.port`, port.port));
  if (!protocol) errors.push(required(`${field}.protocol`));
  else if (!protocols.includes(protocol)) errors.push(notSupported(`${field}.protocol`, protocol, protocols));
  if (typeof targetPort === "number") errors.push(...numberErrors(`${field}.targetPort`, targetPort));
  else if (targetPort !== undefined) errors.push(...check(`${field}.targetPort`, targetPort, portName));
  if (appProtocol !== undefined) errors.push(...check(`${field}.appProtocol`, appProtocol, qualifiedName));
  return errors;
}

function numberErrors(field: string, port: number): FieldError[] {
  return portNumberProblems(port).map((problem) => invalid(field, port, problem));
}

function affinityErrors({ sessionAffinity, sessionAffinityConfig: config }: ServiceSpec): FieldError[] {
  const affinity: string = sessionAffinity ?? "";
  const field = "spec.sessionAffinityConfig";
  if (!affinities.includes(affinity)) return [notSupported("spec.sessionAffinity", affinity, affinities)];
  if (affinity === "None") {
    return config ? [notAllowed(field, "must not be set when session affinity is None")] : [];
  }
  const seconds = config?.clientIP?.timeoutSeconds;
  if (seconds === undefined) {
    return [required(`${field}.clientIP.timeoutSeconds`, "when session affinity type is ClientIP")];
  }
  if (seconds > 0 && seconds <= longestAffinitySeconds) return [];
  const why = `must be greater than 0 and less than ${longestAffinitySeconds}`;
  return [invalid(`${field}.clientIP.timeoutSeconds`, seconds, why)];
}

/** A port and protocol, or a node port and protocol, can be had only once. */
function repeatedPortErrors({ type, ports = [] }: ServiceSpec): FieldError[] {
  const errors: FieldError[] = [];
  const isRepeated = (index: number, same: (other: ServicePort) => boolean): boolean =>
    ports.slice(0, index).some(same);
  for (const [index, { nodePort, protocol }] of ports.entries()) {
    const field = `spec.ports[${index}].nodePort`;
    if (!nodePort) continue;
    if (type === "ClusterIP") errors.push(notAllowed(field, "may not be used when `type` is 'ClusterIP'"));
    if (isRepeated(index, (other) => other.nodePort === nodePort && other.protocol === protocol)) {
      errors.push(duplicate(field, nodePort));
    }
  }
  for (const [index, { port, protocol = "" }] of ports.entries()) {
    if (!isRepeated(index, (other) => other.port === port && other.protocol === protocol)) continue;
    errors.push(repeatedPort(`spec.ports[${index}]`, port, protocol));
  }
  return errors;
}

/** Upstream shows the Go value. */
function repeatedPort(field: string, port: number, protocol: string): FieldError {
  const target = 'intstr.IntOrString{Type:0, IntVal:0, StrVal:""}';
  const shown = `core.ServicePort{Name:"", Protocol:"${protocol}", AppProtocol:(*string)(nil), Port:${port}, TargetPort:${target}, NodePort:0}`;
  return { reason: "FieldValueDuplicate", field, message: `Duplicate value: ${shown}` };
}

function loadBalancerErrors({ spec, metadata }: Service): FieldError[] {
  const balances = spec.type === "LoadBalancer";
  const misplaced = (field: string): FieldError[] =>
    balances ? [] : [notAllowed(field, "may only be used when `type` is 'LoadBalancer'")];
  const errors = sourceRangeErrors(spec, metadata.annotations?.[rangesAnnotation], misplaced);
  if (spec.allocateLoadBalancerNodePorts !== undefined) errors.push(...misplaced("spec.allocateLoadBalancerNodePorts"));
  if (spec.loadBalancerClass !== undefined) {
    const field = "spec.loadBalancerClass";
    errors.push(...(balances ? check(field, spec.loadBalancerClass, qualifiedName) : misplaced(field)));
  }
  return errors;
}

/** The capital L is upstream's. The annotation is the older way to say the same. */
function sourceRangeErrors(
  { loadBalancerSourceRanges: ranges = [] }: ServiceSpec,
  annotation: string | undefined,
  misplaced: (field: string) => FieldError[],
): FieldError[] {
  if (ranges.length > 0) {
    const field = "spec.LoadBalancerSourceRanges";
    return [...misplaced(field), ...ranges.flatMap((range, index) => cidrErrors(`${field}[${index}]`, range.trim()))];
  }
  if (annotation === undefined) return [];
  const field = `metadata.annotations[${rangesAnnotation}]`;
  const listed = annotation.trim() === "" ? [] : annotation.split(",");
  return [...misplaced(field), ...listed.flatMap((range) => cidrErrors(field, range.trim()))];
}

function trafficErrors(service: Service): FieldError[] {
  const { externalTrafficPolicy: external, internalTrafficPolicy: internal, healthCheckNodePort = 0 } = service.spec;
  const { trafficDistribution } = service.spec;
  const errors: FieldError[] = [];
  if (external !== undefined && !isExternallyAccessible(service)) {
    const why = "may only be set for externally-accessible services";
    errors.push(invalid("spec.externalTrafficPolicy", external, why));
  } else if (external !== undefined && !policies.includes(external)) {
    errors.push(notSupported("spec.externalTrafficPolicy", external, policies));
  }
  if (healthCheckNodePort !== 0 && needsHealthCheckPort(service)) {
    errors.push(...numberErrors("spec.healthCheckNodePort", healthCheckNodePort));
  } else if (healthCheckNodePort !== 0) {
    const why = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
    errors.push(invalid("spec.healthCheckNodePort", healthCheckNodePort, why));
  }
  if (internal !== undefined && !policies.includes(internal)) {
    errors.push(notSupported("spec.internalTrafficPolicy", internal, policies));
  }
  if (trafficDistribution !== undefined && trafficDistribution !== "PreferClose") {
    errors.push(notSupported("spec.trafficDistribution", trafficDistribution, ["PreferClose"]));
  }
  return errors;
}
