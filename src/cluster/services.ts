import { followFaultConfigs } from "../faults/fault-configs.ts";
import { type Faults, createFaults } from "../faults/faults.ts";
import { createFlowLog, type FlowLog } from "../flows/flow-log.ts";
import type { ProxyMode } from "../kubeproxy/balancer.ts";
import { serveHealthChecks } from "../kubeproxy/health-checks.ts";
import { KubeProxy } from "../kubeproxy/kube-proxy.ts";
import type { Network } from "../network/network.ts";
import { enforceNetworkPolicies, type PolicyEnforcement } from "../policy/network-policies.ts";
import { hostIp } from "./addresses.ts";
import type { ControlPlane } from "./control-plane.ts";
import { clusterDns } from "./dns.ts";
import type { Machine } from "./machine.ts";
import { nodePower } from "./node-power.ts";
import type { World } from "./world.ts";

/** All that carries connections to Services, judges them and tells of them. */
export interface ServiceParts {
  readonly proxy: KubeProxy;
  readonly policies: PolicyEnforcement;
  readonly dns: ReturnType<typeof clusterDns>;
  readonly flows: FlowLog;
  readonly faults: Faults;
  stop(): void;
}

export function createServices(options: {
  readonly world: World;
  readonly plane: ControlPlane;
  readonly network: Network;
  readonly mode: ProxyMode;
  readonly machines: ReadonlyMap<string, Machine>;
}): ServiceParts {
  const { world, plane, network, mode, machines } = options;
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
  const stops = [
    () => proxy.stop(),
    () => policies.stop(),
    () => flows.stop(),
    () => faults.clear(),
    followFaultConfigs({ informers, faults, events }),
    serveHealthChecks({ informers, network, nodes: proxy.nodes, clock, log }),
  ];
  return {
    proxy,
    policies,
    dns: clusterDns({ informers, network, clock, random: random.fork("dns") }),
    flows,
    faults,
    stop() {
      for (const stop of stops) stop();
    },
  };
}
