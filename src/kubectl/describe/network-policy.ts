import { formatLabelSelector } from "../../api/selectors.ts";
import type { NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort } from "../../api/types.gen.ts";
import { describer, type Describer } from "./describer.ts";
import type { Description } from "./description.ts";

export const networkPolicy: Describer = describer<NetworkPolicy>(
  "networking.k8s.io",
  "NetworkPolicy",
  ({ metadata, spec }, { to }) => {
    to.field("Name", metadata.name);
    to.field("Namespace", metadata.namespace ?? "");
    to.line(`Created on:\t${(metadata.creationTimestamp ?? "").replace("T", " ").replace("Z", "")} +0000 UTC`);
    to.labels("Labels", metadata.labels);
    to.annotations("Annotations", metadata.annotations);
    to.line("Spec:");
    const selector = spec?.podSelector;
    const isAll = formatLabelSelector(selector) === "<none>";
    to.line(
      `PodSelector:     ${isAll ? "<none> (Allowing the specific traffic to all pods in this namespace)" : formatLabelSelector(selector)}`,
      1,
    );
    const types = spec?.policyTypes ?? [];
    if (types.includes("Ingress")) {
      to.line("Allowing ingress traffic:", 1);
      const rules = (spec?.ingress ?? []).map(({ ports, from }) => ({ ports, peers: from }));
      describeRules(rules, { word: "From", none: "<none> (Selected pods are isolated for ingress connectivity)" }, to);
    } else to.line("Not affecting ingress traffic", 1);
    if (types.includes("Egress")) {
      to.line("Allowing egress traffic:", 1);
      const rules = (spec?.egress ?? []).map(({ ports, to: peers }) => ({ ports, peers }));
      describeRules(rules, { word: "To", none: "<none> (Selected pods are isolated for egress connectivity)" }, to);
    } else to.line("Not affecting egress traffic", 1);
    to.line(`Policy Types: ${types.join(", ")}`, 1);
  },
  { withoutEvents: true },
);

interface Rule {
  readonly ports: readonly NetworkPolicyPort[] | undefined;
  readonly peers: readonly NetworkPolicyPeer[] | undefined;
}

function describeRules(rules: readonly Rule[], { word, none }: { word: string; none: string }, to: Description): void {
  const margin = "    ";
  if (rules.length === 0) return to.line(`${margin}${none}`);
  for (const [index, { ports = [], peers = [] }] of rules.entries()) {
    const direction = word === "From" ? "traffic not restricted by source" : "traffic not restricted by destination";
    if (ports.length === 0) {
      to.line(`${margin}To Port: <any> (traffic allowed to all ports)`);
    } else {
      for (const { port, protocol = "TCP", endPort } of ports) {
        const range = endPort === undefined ? `: ${port ?? "<any>"}` : ` Range: ${port}-${endPort}`;
        to.line(`${margin}To Port${range}/${protocol}`);
      }
    }
    if (peers.length === 0) to.line(`${margin}${word}: <any> (${direction})`);
    else for (const peer of peers) describePeer(peer, word, to);
    if (index < rules.length - 1) to.line(`${margin}----------`);
  }
}

function describePeer(
  { podSelector, namespaceSelector, ipBlock }: NetworkPolicyPeer,
  word: string,
  to: Description,
): void {
  const margin = "    ";
  to.line(`${margin}${word}:`);
  const inner = `${margin}  `;
  if (ipBlock) {
    to.line(`${inner}IPBlock:`);
    to.line(`${inner}  CIDR: ${ipBlock.cidr}`);
    to.line(`${inner}  Except: ${(ipBlock.except ?? []).join(", ")}`);
    return;
  }
  if (namespaceSelector) to.line(`${inner}NamespaceSelector: ${formatLabelSelector(namespaceSelector)}`);
  if (podSelector) to.line(`${inner}PodSelector: ${formatLabelSelector(podSelector)}`);
}
