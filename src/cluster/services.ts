import { dnsServiceIp } from "../apiserver/bootstrap.ts";
import type { Informers } from "../client/informer.ts";
import { followFaultConfigs } from "../faults/fault-configs.ts";
import { type Faults, createFaults } from "../faults/faults.ts";
import { createFlowLog, type FlowLog } from "../flows/flow-log.ts";
import { createIngressController, type IngressController } from "../ingress/ingress-controller.ts";
import type { Kubelet } from "../kubelet/kubelet.ts";
import type { ProxyMode } from "../kubeproxy/balancer.ts";
import { serveHealthChecks } from "../kubeproxy/health-checks.ts";
import type { HostPorts } from "../kubeproxy/host-ports.ts";
import { KubeProxy } from "../kubeproxy/kube-proxy.ts";
import { type Network, NetworkError } from "../network/network.ts";
import { enforceNetworkPolicies, type PolicyEnforcement } from "../policy/network-policies.ts";
import { services } from "../resources/core/service.ts";
import { diagnose } from "../why/diagnose.ts";
import type { Diagnosis } from "../why/diagnosis.ts";
import type { WhyWorld } from "../why/world.ts";
import { clusterDomain, hostIp } from "./addresses.ts";
import type { ControlPlane } from "./control-plane.ts";
import { clusterDns } from "./dns.ts";
import { clusterExtension, type ExtensionParts } from "./extension.ts";
import type { Machine } from "./machine.ts";
import { nodePower } from "./node-power.ts";
import { serviceAddresses } from "./service-addresses.ts";
import type { World } from "./world.ts";

/** All that carries connections to Services, judges them and tells of them. */
export interface ServiceParts {
  readonly proxy: KubeProxy;
  readonly policies: PolicyEnforcement;
  readonly dns: ReturnType<typeof clusterDns>;
  readonly flows: FlowLog;
  readonly faults: Faults;
  readonly ingress: IngressController;
  /** Where this machine listens for Services: one for each server. */
  readonly hostPorts: Set<HostPorts>;
  why(from: string, url: string): Diagnosis;
  stop(): void;
}

export function createServices(options: {
  readonly world: World;
  readonly plane: ControlPlane;
  readonly network: Network;
  readonly mode: ProxyMode;
  readonly machines: ReadonlyMap<string, Machine>;
  readonly kubelets: ReadonlyMap<string, Kubelet>;
}): ServiceParts {
  const { world, plane, network, mode, machines, kubelets } = options;
  const { clock, random, log } = world;
  const { informers, events } = plane;
  const proxy = new KubeProxy({ informers, network, clock, random: random.fork("kube-proxy"), mode });
  const policies = enforceNetworkPolicies({
    informers,
    network,
    isOwnNode: (from, to) => proxy.nodes.isOwnNode(from, to),
  });
  const flows = createFlowLog({ network, informers, hostIp, serviceOf: (flow) => proxy.serviceOf(flow) });
  const faults = createFaults({
    network,
    informers,
    random: random.fork("faults"),
    power: nodePower({ machines, network, proxy, log }),
    nodeOf: (ip) => proxy.nodes.of(ip)?.name,
  });
  const ingress = createIngressController({
    informers,
    client: plane.clientFor("nginx-ingress-controller"),
    events,
    clock,
    random: random.fork("ingress"),
    log,
  });
  const stops = [
    () => ingress.stop(),
    () => proxy.stop(),
    () => policies.stop(),
    () => flows.stop(),
    () => faults.clear(),
    followFaultConfigs({ informers, faults, events }),
    serveHealthChecks({ informers, network, nodes: proxy.nodes, clock, log }),
  ];
  const dns = clusterDns({ informers, network, clock, random: random.fork("dns") });
  const hostPorts = new Set<HostPorts>();
  const why = (from: string, url: string): Diagnosis =>
    diagnose(
      { from, url },
      {
        informers,
        network,
        proxy,
        policies,
        dns: dns.observer,
        dnsServiceIp,
        clusterDomain,
        hostIp,
        resolverFiles: (pod) => kubelets.get(pod.spec.nodeName ?? "")?.worker(pod.metadata.uid ?? "")?.sandbox,
        hostPorts: (service) => openPorts(service, hostPorts),
      },
    );
  const parts = { proxy, policies, dns, flows, faults, ingress, hostPorts, why };
  plane.server.extend(clusterExtension({ flows, faults, why, ...reach(parts, { informers, network }) }));
  return {
    ...parts,
    stop() {
      for (const stop of stops) stop();
    },
  };
}

/** What commands of another process may reach: Services' addresses on this machine, and anything in the cluster. */
function reach(
  { dns, hostPorts }: Pick<ServiceParts, "dns" | "hostPorts">,
  { informers, network }: { readonly informers: Informers; readonly network: Network },
): Pick<ExtensionParts, "serviceAddresses" | "dial"> {
  const files = { from: hostIp, hosts: "127.0.0.1\tlocalhost\n", resolvConf };
  return {
    serviceAddresses(namespace, name) {
      const service = informers.for(services).get({ namespace, name });
      return service && serviceAddresses(service, hostPorts);
    },
    async dial(host, port) {
      const [ip] = await dns.lookup(host, files);
      if (ip === undefined) throw new NetworkError("EHOSTUNREACH", `no such host: ${host}`);
      return network.dial(hostIp, { ip, port });
    },
  };
}

/** As a pod in the default namespace has it. */
const resolvConf = `search default.svc.${clusterDomain} svc.${clusterDomain} ${clusterDomain}\nnameserver ${dnsServiceIp}\noptions ndots:5\n`;

function openPorts(service: string, hostPorts: ReadonlySet<HostPorts>): ReturnType<WhyWorld["hostPorts"]> {
  if (hostPorts.size === 0) return undefined;
  const open = [...hostPorts].flatMap((ports) => ports.openFor(service));
  return open.map(({ wanted, address }) => ({ wanted: wanted.address, open: address }));
}
