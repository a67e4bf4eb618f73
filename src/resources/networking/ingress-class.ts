import { type FieldError, invalid, notAllowed, notSupported, required, tooLong } from "../../api/status.ts";
import type { IngressClass, IngressClassParametersReference } from "../../api/types.gen.ts";
import { age, name } from "../columns.ts";
import type { ResourceDefinition } from "../definition.ts";
import { immutable } from "../field-checks.ts";
import { check, dnsLabel, dnsSubdomain } from "../names.ts";
import { localReferenceErrors } from "./ingress-backend.ts";

const longestController = 250;
const scopes = ["Cluster", "Namespace"];
const pathPattern = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+";

/** Which controller serves the Ingresses that name it. https://kubernetes.io/docs/concepts/services-networking/ingress/#ingress-class */
export const ingressClasses: ResourceDefinition<IngressClass> = {
  group: "networking.k8s.io",
  version: "v1",
  kind: "IngressClass",
  plural: "ingressclasses",
  namespaced: false,
  type: "io.k8s.api.networking.v1.IngressClass",
  tracksGeneration: true,
  columns: [
    name,
    { name: "Controller", value: ({ spec }) => spec.controller ?? "" },
    { name: "Parameters", value: ({ spec }) => parametersText(spec.parameters) },
    age,
  ],

  default(ingressClass) {
    ingressClass.spec ??= {};
    if (ingressClass.spec.parameters) ingressClass.spec.parameters.scope ??= "Cluster";
  },

  validate: ({ spec }, previous) => [
    ...(previous ? immutable("spec.controller", spec.controller ?? "", previous.spec.controller ?? "") : []),
    ...((spec.controller ?? "").length > longestController ? [tooLong("spec.controller", longestController)] : []),
    ...domainPathErrors("spec.controller", spec.controller ?? ""),
    ...(spec.parameters ? parameterErrors("spec.parameters", spec.parameters) : []),
  ],
};

function parametersText(parameters: IngressClassParametersReference | undefined): string {
  if (!parameters) return "<none>";
  const { kind, apiGroup, name: own } = parameters;
  return apiGroup === undefined ? `${kind}/${own}` : `${kind}.${apiGroup}/${own}`;
}

/** `acme.io/foo` */
function domainPathErrors(field: string, text: string): FieldError[] {
  if (text === "") return [required(field)];
  const [host = "", path = ""] = text.split(/\/(.*)/su, 2);
  if (host === "" || path === "") {
    return [invalid(field, text, 'must be a domain-prefixed path (such as "acme.io/foo")')];
  }
  const isGood = /^[A-Za-z0-9/\-._~%!$&'()*+,;=:]+$/u.test(path);
  const problem = `Invalid path (regex used for validation is '${pathPattern}')`;
  return [...check(field, host, dnsSubdomain), ...(isGood ? [] : [invalid(field, path, problem)])];
}

function parameterErrors(field: string, parameters: IngressClassParametersReference): FieldError[] {
  const { scope = "", namespace } = parameters;
  const errors = localReferenceErrors(field, parameters);
  if (!scopes.includes(scope)) errors.push(notSupported(`${field}.scope`, scope, scopes));
  if (scope === "Namespace" && namespace === undefined) {
    errors.push(required(`${field}.namespace`, "`parameters.scope` is set to 'Namespace'"));
  } else if (scope === "Namespace") errors.push(...check(`${field}.namespace`, namespace ?? "", dnsLabel));
  if (scope === "Cluster" && namespace !== undefined) {
    errors.push(notAllowed(`${field}.namespace`, "`parameters.scope` is set to 'Cluster'"));
  }
  return errors;
}
