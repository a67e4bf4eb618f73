import { formatLabelSelector } from "../../api/selectors.ts";
import { type FieldError, invalid, notAllowed, required } from "../../api/status.ts";
import type { IPBlock, NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort } from "../../api/types.gen.ts";
import { age, name } from "../columns.ts";
import { protocols } from "../core/endpoints.ts";
import type { ResourceDefinition } from "../definition.ts";
import { each, oneOf } from "../field-checks.ts";
import { cidrErrors, isStrictlyWithin } from "../ip.ts";
import { labelSelectorErrors } from "../label-selector.ts";
import { check, portName, portNumberProblems } from "../names.ts";

const directions = ["Egress", "Ingress"];

/** Who may talk to the pods it picks, and to whom they may. https://kubernetes.io/docs/concepts/services-networking/network-policies/ */
export const networkPolicies: ResourceDefinition<NetworkPolicy> = {
  group: "networking.k8s.io",
  version: "v1",
  kind: "NetworkPolicy",
  plural: "networkpolicies",
  shortNames: ["netpol"],
  namespaced: true,
  type: "io.k8s.api.networking.v1.NetworkPolicy",
  tracksGeneration: true,
  columns: [name, { name: "Pod-Selector", value: ({ spec }) => formatLabelSelector(spec.podSelector) }, age],

  default(policy) {
    policy.spec ??= { podSelector: {} };
    const { spec } = policy;
    spec.podSelector ??= {};
    const rules = [...(spec.ingress ?? []), ...(spec.egress ?? [])];
    for (const port of rules.flatMap(({ ports = [] }) => ports)) port.protocol ??= "TCP";
    if (!spec.policyTypes?.length) spec.policyTypes = spec.egress?.length ? ["Ingress", "Egress"] : ["Ingress"];
  },

  validate({ spec }) {
    const { podSelector, ingress, egress, policyTypes = [] } = spec;
    return [
      ...labelSelectorErrors("spec.podSelector", podSelector),
      ...each("spec.ingress", ingress, ({ ports, from }, path) => [
        ...each(`${path}.ports`, ports, portErrors),
        ...each(`${path}.from`, from, peerErrors),
      ]),
      ...each("spec.egress", egress, ({ ports, to }, path) => [
        ...each(`${path}.ports`, ports, portErrors),
        ...each(`${path}.to`, to, peerErrors),
      ]),
      ...(policyTypes.length > directions.length
        ? [invalid("spec.policyTypes", policyTypes, "may not specify more than two policyTypes")]
        : each("spec.policyTypes", policyTypes, (one, path) => oneOf(path, one, directions))),
    ];
  },
};

function portErrors({ port, endPort, protocol }: NetworkPolicyPort, field: string): FieldError[] {
  const numberErrors = (path: string, value: number): FieldError[] =>
    portNumberProblems(value).map((why) => invalid(path, value, why));
  const errors = oneOf(`${field}.protocol`, protocol, protocols);
  const end = `${field}.endPort`;
  if (typeof port === "number") {
    errors.push(...numberErrors(`${field}.port`, port));
    if (endPort === undefined) return errors;
    if (endPort < port) errors.push(invalid(end, port, "must be greater than or equal to `port`"));
    return [...errors, ...numberErrors(end, endPort)];
  }
  if (endPort !== undefined) {
    const state = port === undefined ? "not specified" : "non-numeric";
    errors.push(invalid(end, endPort, `may not be specified when \`port\` is ${state}`));
  }
  return port === undefined ? errors : [...errors, ...check(`${field}.port`, port, portName)];
}

function peerErrors({ podSelector, namespaceSelector, ipBlock }: NetworkPolicyPeer, field: string): FieldError[] {
  const nobody = !podSelector && !namespaceSelector && !ipBlock;
  const mixed = ipBlock && (podSelector ?? namespaceSelector);
  return [
    ...labelSelectorErrors(`${field}.podSelector`, podSelector),
    ...labelSelectorErrors(`${field}.namespaceSelector`, namespaceSelector),
    ...(ipBlock ? blockErrors(`${field}.ipBlock`, ipBlock) : []),
    ...(nobody ? [required(field, "must specify a peer")] : []),
    ...(mixed ? [notAllowed(field, "may not specify both ipBlock and another peer")] : []),
  ];
}

function blockErrors(field: string, { cidr, except }: IPBlock): FieldError[] {
  if (!cidr) return [required(`${field}.cidr`)];
  const errors = cidrErrors(`${field}.cidr`, cidr);
  if (errors.length > 0) return errors;
  return each(`${field}.except`, except, (range, path) => {
    const wrong = cidrErrors(path, range);
    if (wrong.length > 0 || isStrictlyWithin(range, cidr)) return wrong;
    return [invalid(path, range, "must be a strict subset of `cidr`")];
  });
}
