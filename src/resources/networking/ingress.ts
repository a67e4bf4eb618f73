import { type FieldError, invalid } from "../../api/status.ts";
import type { Ingress, IngressRule } from "../../api/types.gen.ts";
import { age, name } from "../columns.ts";
import type { ResourceDefinition } from "../definition.ts";
import { check, dnsSubdomain } from "../names.ts";
import { backendErrors } from "./ingress-backend.ts";
import { ruleErrors, tlsErrors } from "./ingress-rules.ts";

const mostHosts = 3;
const classAnnotation = "kubernetes.io/ingress.class";

/** HTTP from outside to Services, by host and path. https://kubernetes.io/docs/concepts/services-networking/ingress/ */
export const ingresses: ResourceDefinition<Ingress> = {
  group: "networking.k8s.io",
  version: "v1",
  kind: "Ingress",
  plural: "ingresses",
  shortNames: ["ing"],
  namespaced: true,
  type: "io.k8s.api.networking.v1.Ingress",
  subresources: ["status"],
  tracksGeneration: true,
  columns: [
    name,
    { name: "Class", value: ({ spec }) => spec.ingressClassName ?? "<none>" },
    { name: "Hosts", value: ({ spec }) => hostsText(spec.rules ?? []) },
    { name: "Address", value: (ingress) => addressText(ingress) },
    { name: "Ports", value: ({ spec }) => (spec.tls?.length ? "80, 443" : "80") },
    age,
  ],

  default(ingress) {
    ingress.spec ??= {};
  },

  prepareForCreate(ingress) {
    ingress.status = { loadBalancer: {} };
  },

  validate: (ingress, previous) => [...specErrors(ingress), ...(previous ? [] : classErrors(ingress))],
};

function hostsText(rules: readonly IngressRule[]): string {
  const hosts = rules.slice(0, mostHosts).flatMap(({ host }) => (host ? [host] : []));
  if (hosts.length === 0) return "*";
  const text = hosts.join(",");
  return rules.length > mostHosts ? `${text} + ${rules.length - mostHosts} more...` : text;
}

function addressText({ status }: Ingress): string {
  const addresses = (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip || (hostname ?? ""));
  return [...new Set(addresses.filter((one) => one !== ""))].toSorted().join(",");
}

function specErrors({ spec }: Ingress): FieldError[] {
  const { rules = [], defaultBackend, ingressClassName } = spec;
  return [
    ...(rules.length === 0 && !defaultBackend ? [nothingServed(spec.rules)] : []),
    ...(defaultBackend ? backendErrors("spec.defaultBackend", defaultBackend) : []),
    ...ruleErrors("spec.rules", rules),
    ...tlsErrors("spec.tls", spec.tls ?? []),
    ...(ingressClassName === undefined ? [] : check("spec.ingressClassName", ingressClassName, dnsSubdomain)),
  ];
}

/** Upstream shows the Go value. */
function nothingServed(rules: readonly IngressRule[] | undefined): FieldError {
  const shown = `[]networking.IngressRule${rules ? "{}" : "(nil)"}`;
  const message = `Invalid value: ${shown}: either \`defaultBackend\` or \`rules\` must be specified`;
  return { reason: "FieldValueInvalid", field: "spec", message };
}

function classErrors({ metadata, spec }: Ingress): FieldError[] {
  const annotation = metadata.annotations?.[classAnnotation];
  if (annotation === undefined || spec.ingressClassName === undefined || annotation === spec.ingressClassName)
    return [];
  const why = "must match `ingressClassName` when both are specified";
  return [invalid(`metadata.annotations.${classAnnotation}`, annotation, why)];
}
