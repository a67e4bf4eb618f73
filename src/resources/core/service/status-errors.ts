import { type FieldError, invalid, notAllowed } from "../../../api/status.ts";
import type { LoadBalancerIngress, Service } from "../../../api/types.gen.ts";
import { each, ipAddress, oneOfIfSet } from "../../field-checks.ts";
import { isIp } from "../../ip.ts";
import { check, dnsSubdomain } from "../../names.ts";

/** What a load balancer may report of itself. */
export function serviceStatusErrors({ spec, status }: Service): FieldError[] {
  const field = "status.loadBalancer.ingress";
  const ingress = status?.loadBalancer?.ingress ?? [];
  if (spec.type !== "LoadBalancer" && ingress.length > 0) {
    return [notAllowed(field, "may only be used when `spec.type` is 'LoadBalancer'")];
  }
  return each(field, ingress, (one, path) => [
    ...(one.ip ? ipAddress(`${path}.ip`, one.ip) : []),
    ...modeErrors(`${path}.ipMode`, one),
    ...(one.hostname ? hostErrors(`${path}.hostname`, one.hostname) : []),
  ]);
}

function modeErrors(field: string, { ip, ipMode }: LoadBalancerIngress): FieldError[] {
  if (ipMode !== undefined && !ip) return [notAllowed(field, "may not be specified when `ip` is not set")];
  return oneOfIfSet(field, ipMode, ["Proxy", "VIP"]);
}

function hostErrors(field: string, host: string): FieldError[] {
  const numeric = isIp(host) ? [invalid(field, host, "must be a DNS name, not an IP address")] : [];
  return [...check(field, host, dnsSubdomain), ...numeric];
}
