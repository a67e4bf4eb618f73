import type { Pod } from "../api/types.gen.ts";
import type { Informers } from "../client/informer.ts";
import type { DnsServer } from "../dns/dns-server.ts";
import type { KubeProxy } from "../kubeproxy/kube-proxy.ts";
import type { Address, Network } from "../network/network.ts";
import type { PolicyEnforcement } from "../policy/network-policies.ts";

/** What a diagnosis looks at. It changes nothing, and takes no Service's turn. */
export interface WhyWorld {
  readonly informers: Informers;
  readonly network: Network;
  readonly proxy: KubeProxy;
  readonly policies: PolicyEnforcement;
  readonly dns: Pick<DnsServer, "answer">;
  readonly dnsServiceIp: string;
  readonly clusterDomain: string;
  /** This machine's address in the nodes' network. */
  readonly hostIp: string;
  /** A pod's files for its resolver. undefined: it has no network yet. */
  resolverFiles(pod: Pod): { readonly ip: string; readonly hosts: string; readonly resolvConf: string } | undefined;
  /** Where the ports of a Service (`namespace/name`) are open on this machine. undefined: the cluster does not listen. */
  hostPorts(service: string): readonly { readonly wanted: Address; readonly open: Address }[] | undefined;
}

/** Where a request begins. */
export interface Source {
  readonly ip: string;
  /** None: this machine. */
  readonly pod?: Pod;
}
