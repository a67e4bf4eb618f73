import type { Service } from "../../../api/types.gen.ts";
import { isHeadless } from "./defaults.ts";

const topologyModeAnnotation = "service.kubernetes.io/topology-mode";
const oldTopologyAnnotation = "service.kubernetes.io/topology-aware-hints";

/** What a Service says in vain. */
export function serviceWarnings(service: Service): string[] {
  const { spec, metadata } = service;
  const warnings: string[] = [];
  if (metadata.annotations?.[oldTopologyAnnotation] !== undefined) {
    warnings.push(`annotation ${oldTopologyAnnotation} is deprecated, please use ${topologyModeAnnotation} instead`);
  }
  const isSticky = spec.sessionAffinity !== undefined && spec.sessionAffinity !== "None";
  if (isHeadless(service)) {
    const ignored = (field: string): string => `${field} is ignored when spec.clusterIP is "None"`;
    if (spec.loadBalancerIP) warnings.push(ignored("spec.loadBalancerIP"));
    if ((spec.externalIPs ?? []).length > 0) warnings.push(ignored("spec.externalIPs"));
    if (isSticky) warnings.push(ignored("spec.SessionAffinity"));
  }
  if (spec.type === "ExternalName" && isSticky) {
    warnings.push('spec.SessionAffinity is ignored when spec.type is "ExternalName"');
  }
  for (const [index, { protocol }] of (spec.ports ?? []).entries()) {
    if (protocol === "SCTP")
      warnings.push(`spec.ports[${index}].protocol: SCTP is accepted, but the simulated network does not carry it`);
  }
  return warnings;
}
