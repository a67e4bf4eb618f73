import { type FieldError, invalid, required } from "../../api/status.ts";
import type { HTTPIngressPath, IngressRule, IngressTLS } from "../../api/types.gen.ts";
import { each, oneOf } from "../field-checks.ts";
import { isIp } from "../ip.ts";
import { check, dnsSubdomain, wildcardSubdomain } from "../names.ts";
import { backendErrors } from "./ingress-backend.ts";

const pathTypes = ["Exact", "ImplementationSpecific", "Prefix"];
const forbiddenParts = ["//", "/./", "/../", "%2f", "%2F"];
const forbiddenEnds = ["/..", "/."];

export function ruleErrors(field: string, rules: readonly IngressRule[]): FieldError[] {
  return each(field, rules, ({ host, http }, path) => [
    ...(host ? hostErrors(`${path}.host`, host) : []),
    ...(http ? pathListErrors(`${path}.http.paths`, http.paths) : []),
  ]);
}

export function tlsErrors(field: string, tls: readonly IngressTLS[]): FieldError[] {
  return each(field, tls, ({ hosts, secretName }, path) => [
    ...each(`${path}.hosts`, hosts, (host, at) => nameErrors(at, host)),
    ...(secretName ? check(`${path}.secretName`, secretName, dnsSubdomain) : []),
  ]);
}

function hostErrors(field: string, host: string): FieldError[] {
  const numeric = isIp(host) ? [invalid(field, host, "must be a DNS name, not an IP address")] : [];
  return [...numeric, ...nameErrors(field, host)];
}

function nameErrors(field: string, host: string): FieldError[] {
  return check(field, host, host.includes("*") ? wildcardSubdomain : dnsSubdomain);
}

function pathListErrors(field: string, paths: readonly HTTPIngressPath[]): FieldError[] {
  if (paths.length === 0) return [required(field)];
  return each(field, paths, (one, path) => {
    if (one.pathType === undefined) return [required(`${path}.pathType`, "pathType must be specified")];
    return [
      ...oneOf(`${path}.pathType`, one.pathType, pathTypes),
      ...pathErrors(`${path}.path`, one),
      ...backendErrors(`${path}.backend`, one.backend),
    ];
  });
}

function pathErrors(field: string, { path = "", pathType }: HTTPIngressPath): FieldError[] {
  const isFree = pathType === "ImplementationSpecific";
  if (!pathTypes.includes(pathType) || (isFree && path === "")) return [];
  const relative = path.startsWith("/") ? [] : [invalid(field, path, "must be an absolute path")];
  if (isFree) return relative;
  const parts = forbiddenParts.filter((part) => path.includes(part));
  const ends = forbiddenEnds.filter((end) => path.endsWith(end));
  return [
    ...relative,
    ...parts.map((part) => invalid(field, path, `must not contain '${part}'`)),
    ...ends.map((end) => invalid(field, path, `cannot end with '${end}'`)),
  ];
}
