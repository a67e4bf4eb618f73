import { dnsServiceIp } from "../apiserver/bootstrap.ts";
import type { Informers } from "../client/informer.ts";
import type { Lookup } from "../dns/resolver.ts";
import type { HostPorts } from "../kubeproxy/host-ports.ts";
import { type Network, NetworkError } from "../network/network.ts";
import { services } from "../resources/core/service.ts";
import { clusterDomain, hostIp } from "./addresses.ts";
import type { ExtensionParts } from "./extension.ts";
import { serviceAddresses } from "./service-addresses.ts";

/** What a command may reach from this machine: Services where they are open on it, and anything in the cluster by a tunnel. */
export function reach(parts: {
  readonly informers: Informers;
  readonly network: Network;
  readonly lookup: Lookup;
  readonly hostPorts: ReadonlySet<HostPorts>;
}): Pick<ExtensionParts, "serviceAddresses" | "dial"> {
  const { informers, network, lookup, hostPorts } = parts;
  return {
    serviceAddresses(namespace, name) {
      const service = informers.for(services).get({ namespace, name });
      return service && serviceAddresses(service, hostPorts);
    },
    async dial(host, port) {
      const [ip] = await lookup(host, { from: hostIp, hosts: "127.0.0.1\tlocalhost\n", resolvConf });
      if (ip === undefined) throw new NetworkError("EHOSTUNREACH", `no such host: ${host}`);
      return network.dial(hostIp, { ip, port });
    },
  };
}

/** As a pod in the default namespace has it. */
const resolvConf = `search default.svc.${clusterDomain} svc.${clusterDomain} ${clusterDomain}
nameserver ${dnsServiceIp}
options ndots:5
`;
