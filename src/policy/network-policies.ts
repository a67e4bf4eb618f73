import type { NetworkPolicy, Pod } from "../api/types.gen.ts";
import type { Informers } from "../client/informer.ts";
import { podByIp } from "../client/pods-by-ip.ts";
import type { Flow, Network } from "../network/network.ts";
import { namespaces } from "../resources/core/namespace.ts";
import { networkPolicies } from "../resources/networking/network-policy.ts";
import { type Direction, isSelected, limits, type Peer, ruleAllows, rulesOf } from "./rules.ts";

export interface PolicyOptions {
  readonly informers: Informers;
  readonly network: Network;
  /** Whether an address is that of the node on which another one is: a node reaches its own pods whatever policies say. */
  isOwnNode(from: string, to: string): boolean;
}

/** What NetworkPolicies say of one flow. */
export interface PolicyVerdict {
  readonly isAllowed: boolean;
  /** Whose policies decided, when they forbid: the sender's or the receiver's. */
  readonly direction?: Direction;
  /** The policies that limit that end; none of them allows the flow. */
  readonly policies: readonly NetworkPolicy[];
}

export interface PolicyEnforcement {
  /** How many policies there are. */
  readonly count: number;
  /** `to` is where the flow really goes: a pod's address, not a Service's. */
  judge(flow: Flow): PolicyVerdict;
  stop(): void;
}

const allowed: PolicyVerdict = { isAllowed: true, policies: [] };

/**
 * Enforces NetworkPolicies: one filter in the network. What is not allowed is dropped, so that the other side sees a
 * timeout. https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
export function enforceNetworkPolicies({ informers, network, isOwnNode }: PolicyOptions): PolicyEnforcement {
  const podAt = podByIp(informers);
  const allPolicies = informers.for(networkPolicies);
  const allNamespaces = informers.for(namespaces);
  let count = 0;
  /** By pod as it is now: what selects it changes with its labels and with the policies. */
  let selecting = new WeakMap<Pod, readonly NetworkPolicy[]>();
  const stopCounting = allPolicies.onChange(({ type, previous }) => {
    selecting = new WeakMap();
    if (type === "DELETED") count--;
    else if (!previous) count++;
  });
  const policiesOf = (pod: Pod): readonly NetworkPolicy[] => {
    let found = selecting.get(pod);
    if (!found) {
      found = allPolicies.list(pod.metadata.namespace ?? "").filter((policy) => isSelected(pod, policy));
      selecting.set(pod, found);
    }
    return found;
  };
  const peerAt = (ip: string, port: number): Peer => {
    const pod = podAt(ip);
    const namespace = pod && allNamespaces.get({ namespace: "", name: pod.metadata.namespace ?? "" });
    return { ip, port, ...(pod ? { pod } : {}), namespaceLabels: namespace?.metadata.labels ?? {} };
  };
  const judge = ({ from, to, protocol }: Flow): PolicyVerdict => {
    if (count === 0 || from.ip === to.ip || isOwnNode(from.ip, to.ip)) return allowed;
    const ends = { from: peerAt(from.ip, from.port), to: peerAt(to.ip, to.port), protocol, policiesOf };
    const out = judgeEnd("Egress", ends);
    return out.isAllowed ? judgeEnd("Ingress", ends) : out;
  };
  const stopFiltering = network.addFilter((flow) => (judge(flow).isAllowed ? "accept" : "drop"));
  return {
    get count() {
      return count;
    },
    judge,
    stop() {
      stopCounting();
      stopFiltering();
    },
  };
}

interface Ends {
  readonly from: Peer;
  readonly to: Peer;
  readonly protocol: Flow["protocol"];
  policiesOf(pod: Pod): readonly NetworkPolicy[];
}

/** Egress is the sender's say, ingress the receiver's. */
function judgeEnd(direction: Direction, { from, to, protocol, policiesOf }: Ends): PolicyVerdict {
  const [own, peer] = direction === "Egress" ? [from, to] : [to, from];
  const policies = own.pod ? policiesOf(own.pod).filter((policy) => limits(policy, direction)) : [];
  if (policies.length === 0) return allowed;
  const isAllowed = policies.some((policy) => {
    const namespace = policy.metadata.namespace ?? "";
    return rulesOf(policy, direction).some((rule) => ruleAllows(rule, { peer, target: to, protocol, namespace }));
  });
  return isAllowed ? allowed : { isAllowed, direction, policies };
}
