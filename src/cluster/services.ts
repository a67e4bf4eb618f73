import type { Informers } from "../client/informer.ts";
import { followFaultConfigs } from "../faults/fault-configs.ts";
import { createFaults, type Faults } from "../faults/faults.ts";
import { createFlowLog, type FlowLog } from "../flows/flow-log.ts";
import { createIngressController, type IngressController } from "../ingress/ingress-controller.ts";
import type { Kubelet } from "../kubelet/kubelet.ts";
import type { ProxyMode } from "../kubeproxy/balancer.ts";
import { serveHealthChecks } from "../kubeproxy/health-checks.ts";
import type { HostPorts } from "../kubeproxy/host-ports.ts";
import { KubeProxy } from "../kubeproxy/kube-proxy.ts";
import type { Network } from "../network/network.ts";
import { enforceNetworkPolicies, type PolicyEnforcement } from "../policy/network-policies.ts";
import { pods } from "../resources/core/pod.ts";
import type { Explanation } from "../scheduler/explanation.ts";
import type { Scheduler } from "../scheduler/scheduler.ts";
import type { Diagnosis } from "../why/diagnosis.ts";
import { hostIp } from "./addresses.ts";
import type { ControlPlane } from "./control-plane.ts";
import { diagnoser } from "./diagnoser.ts";
import { clusterDns } from "./dns.ts";
import { clusterExtension } from "./extension.ts";
import type { Machine } from "./machine.ts";
import { nodePower } from "./node-power.ts";
import { reach } from "./reach.ts";
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

export interface ServiceOptions {
  readonly world: World;
  readonly plane: ControlPlane;
  readonly network: Network;
  readonly mode: ProxyMode;
  readonly machines: ReadonlyMap<string, Machine>;
  readonly kubelets: ReadonlyMap<string, Kubelet>;
  readonly scheduler: Scheduler;
}

export function createServices(options: ServiceOptions): ServiceParts {
  const { world, plane, network, mode, kubelets } = options;
  const { clock, random, log } = world;
  const { informers, events } = plane;
  const proxy = new KubeProxy({ informers, network, clock, random: random.fork("kube-proxy"), mode });
  const isOwnNode = (from: string, to: string): boolean => proxy.nodes.isOwnNode(from, to);
  const policies = enforceNetworkPolicies({ informers, network, isOwnNode });
  const dns = clusterDns({ informers, network, clock, random: random.fork("dns") });
  const flows = createFlowLog({ network, informers, hostIp, serviceOf: (flow) => proxy.serviceOf(flow) });
  const faults = faultsFor(options, proxy);
  const ingress = createIngressController({
    informers,
    client: plane.clientFor("nginx-ingress-controller"),
    events,
    clock,
    random: random.fork("ingress"),
    log,
  });
  const hostPorts = new Set<HostPorts>();
  const why = diagnoser({ informers, network, proxy, policies, dns: dns.observer, kubelets, hostPorts });
  const whyPod = (namespace: string, name: string): Explanation | undefined => {
    const pod = informers.for(pods).get({ namespace, name });
    return pod && options.scheduler.explain(pod);
  };
  extend(plane, { flows, faults, why, whyPod, dns, hostPorts, network, informers });
  const stops = [
    () => proxy.stop(),
    () => policies.stop(),
    () => flows.stop(),
    () => faults.clear(),
    () => ingress.stop(),
    followFaultConfigs({ informers, faults, events }),
    serveHealthChecks({ informers, network, nodes: proxy.nodes, clock, log }),
  ];
  const stop = (): void => {
    for (const end of stops) end();
  };
  return { proxy, policies, dns, flows, faults, ingress, hostPorts, why, stop };
}

function faultsFor({ world, plane, network, machines }: ServiceOptions, proxy: KubeProxy): Faults {
  return createFaults({
    network,
    informers: plane.informers,
    random: world.random.fork("faults"),
    power: nodePower({ machines, network, proxy, log: world.log }),
    nodeOf: (ip) => proxy.nodes.of(ip)?.name,
  });
}

/** What commands of another process may ask for. */
function extend(
  { server }: ControlPlane,
  parts: Pick<ServiceParts, "flows" | "faults" | "why" | "dns" | "hostPorts"> & {
    readonly network: Network;
    readonly informers: Informers;
    whyPod(namespace: string, name: string): Explanation | undefined;
  },
): void {
  server.extend(clusterExtension({ ...parts, ...reach({ ...parts, lookup: parts.dns.lookup }) }));
}
