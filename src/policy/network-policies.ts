import type { NetworkPolicy, Pod } from "../api/types.gen.ts";
import type { Informers } from "../client/informer.ts";
import type { Flow, Network } from "../network/network.ts";
import { namespaces } from "../resources/core/namespace.ts";
import { pods } from "../resources/core/pod.ts";
import { networkPolicies } from "../resources/networking/network-policy.ts";
import { isSelected, limitsEgress, limitsIngress, type Peer, ruleAllows } from "./rules.ts";

export interface PolicyOptions {
  readonly informers: Informers;
  readonly network: Network;
  /** Whether an address is a node's: the kubelet reaches its pods whatever policies say. */
  isNode(ip: string): boolean;
}

/**
 * Enforces NetworkPolicies: one filter in the network. What is not allowed is dropped, so that the other side sees a
 * timeout. The returned function stops. https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
export function enforceNetworkPolicies({ informers, network, isNode }: PolicyOptions): () => void {
  const allPods = informers.for(pods);
  const allPolicies = informers.for(networkPolicies);
  const allNamespaces = informers.for(namespaces);
  allPods.addIndex("policy-ip", (pod) => (pod.status?.podIP && !pod.spec.hostNetwork && !hasEnded(pod) ? [pod.status.podIP] : []));
  let count = 0;
  const stopCounting = allPolicies.onChange(({ type, previous }) => {
    if (type === "DELETED") count--;
    else if (!previous) count++;
  });
  const peerAt = (ip: string, port: number): Peer => {
    const pod = allPods.byIndex("policy-ip", ip)[0];
    const namespace = pod && allNamespaces.get({ namespace: "", name: pod.metadata.namespace ?? "" });
    return { ip, port, ...(pod ? { pod } : {}), namespaceLabels: namespace?.metadata.labels ?? {} };
  };
  const selecting = (pod: Pod): readonly NetworkPolicy[] =>
    allPolicies.list(pod.metadata.namespace ?? "").filter((policy) => isSelected(pod, policy));

  const stopFiltering = network.addFilter((flow) => {
    if (count === 0 || isNode(flow.from.ip) || flow.from.ip === flow.to.ip) return "accept";
    return isAllowed(flow, { from: peerAt(flow.from.ip, flow.from.port), to: peerAt(flow.to.ip, flow.to.port), selecting }) ? "accept" : "drop";
  });
  return () => {
    stopCounting();
    stopFiltering();
  };
}

interface Ends {
  readonly from: Peer;
  readonly to: Peer;
  readonly selecting: (pod: Pod) => readonly NetworkPolicy[];
}

/** Both ends have their say: the sender's egress and the receiver's ingress. */
function isAllowed({ protocol }: Flow, { from, to, selecting }: Ends): boolean {
  const egress = from.pod ? selecting(from.pod).filter((policy) => limitsEgress(policy)) : [];
  const out =
    egress.length === 0 ||
    egress.some(({ spec, metadata }) =>
      (spec.egress ?? []).some((rule) => ruleAllows({ peers: rule.to, ports: rule.ports }, { peer: to, target: to, protocol, namespace: metadata.namespace ?? "" })),
    );
  if (!out) return false;
  const ingress = to.pod ? selecting(to.pod).filter((policy) => limitsIngress(policy)) : [];
  return (
    ingress.length === 0 ||
    ingress.some(({ spec, metadata }) =>
      (spec.ingress ?? []).some((rule) => ruleAllows({ peers: rule.from, ports: rule.ports }, { peer: from, target: to, protocol, namespace: metadata.namespace ?? "" })),
    )
  );
}

function hasEnded({ status }: Pod): boolean {
  return status?.phase === "Succeeded" || status?.phase === "Failed";
}
