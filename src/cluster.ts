import { inProcessTransport } from "./apiserver/in-process-transport.ts";
import { type NodeUsage, type PodMetrics, podMetrics } from "./client/pod-metrics.ts";
import { apiPort, hostIp, nodeIp, podCidr } from "./cluster/addresses.ts";
import { startControlLoops } from "./cluster/control-loops.ts";
import { bootstrap, createControlPlane } from "./cluster/control-plane.ts";
import { ClusterHandle, type Cluster } from "./cluster/handle.ts";
import { ingressWorkloads } from "./cluster/ingress-workloads.ts";
import { loopbackBalancers } from "./cluster/load-balancers.ts";
import type { Machine } from "./cluster/machine.ts";
import { startNode } from "./cluster/nodes.ts";
import type { ClusterOptions } from "./cluster/options.ts";
import { sampleApiservers } from "./cluster/sample-apiserver/sample-apiserver.ts";
import { createServices } from "./cluster/services.ts";
import { startSystemPods } from "./cluster/system-pods.ts";
import { certificates } from "./cluster/trust.ts";
import type { World } from "./cluster/world.ts";
import { createImageCatalogue } from "./images/catalogue.ts";
import { coreDns } from "./images/coredns.ts";
import { builtinImages } from "./images/index.ts";
import { ingressNginx } from "./images/ingress-nginx.ts";
import { sampleApiserver } from "./images/sample-apiserver.ts";
import { podCounters, systemUsage } from "./kubelet/container-counters.ts";
import type { Kubelet } from "./kubelet/kubelet.ts";
import { createNodeAgents } from "./kubelet/node-agents.ts";
import { createNetwork } from "./network/simulated-network.ts";
import { programs } from "./programs/index.ts";
import type { FileTree } from "./runtime/files/file-tree.ts";
import { SharedMemory } from "./runtime/kernel/memory.ts";
import { shellTools } from "./shell/index.ts";
import type { Clock } from "./sim/clock.ts";
import { silentLog } from "./sim/log.ts";
import { Random } from "./sim/random.ts";
import { RealClock } from "./sim/real-clock.ts";
import { freshSecret } from "./sim/secret.ts";
import { VirtualClock } from "./sim/virtual-clock.ts";

const paces = {
  realistic: { pullMs: 1000, startMs: 300, noticeMs: 1000, provisionMs: 2000 },
  instant: { pullMs: 0, startMs: 0, noticeMs: 0, provisionMs: 0 },
} as const;

/** A whole Kubernetes cluster in this process: no sockets until `listen()`. Ready when its nodes are. */
export async function createCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const clock = options.clock === "real" ? new RealClock() : new VirtualClock();
  const random = new Random(options.seed ?? 1);
  const world: World = { clock, random, log: options.log ?? silentLog };
  const network = createNetwork({ clock, random: random.fork("network"), pods: [podCidr] });
  network.addHost(hostIp);
  const kubelets = new Map<string, Kubelet>();
  const machines = new Map<string, Machine>();
  const isReachable = (node: string): boolean => !machines.get(node)?.uplink.isCut;
  const agents = createNodeAgents({ kubelets, network, hostIp, clock, isReachable });
  const tokenSecret = clock instanceof RealClock ? freshSecret(32) : random.fork("tokens").bytes(32);
  const usage = usageOf(kubelets, clock);
  const trust = certificates();
  const plane = createControlPlane({ world, agents, tokenSecret, usage, trust });
  await bootstrap(plane, { ip: nodeIp(0), port: apiPort });

  const { informers, events } = plane;
  const pace = paces[options.pace ?? "instant"];
  const loadBalancers = options.loadBalancer === "none" ? {} : { loadBalancers: loopbackBalancers(pace.provisionMs) };
  const loops = startControlLoops({ world, plane, usage, trust, signer: trust.signer, ...loadBalancers });
  const { systemPods = "dns", proxyMode = "ipvs" } = options;
  const { scheduler } = loops;
  const services = createServices({ world, plane, network, mode: proxyMode, machines, kubelets, scheduler });
  const stops = [plane.stop, () => loops.stop(), () => services.stop()];

  const served = [coreDns(services.dns), ingressNginx(services.ingress), sampleApiserver(sampleApiservers(world))];
  const own = [...(options.images ?? []), ...served, ...builtinImages];
  const images = createImageCatalogue({ images: own, unknownImages: options.unknownImages ?? "serve" });
  const fleet = {
    world,
    network,
    client: plane.clientFor("kubelet"),
    informers,
    events,
    images,
    tools: [...shellTools, ...programs],
    sharedMemory: new SharedMemory(),
    pace,
    lookup: services.dns.lookup,
    kubelets,
    machines,
    door: { trust, gate: plane.gate },
    disks: new Map<string, FileTree>(),
  };
  for (let index = 0; index < (options.nodes ?? 3); index++) await startNode(index, fleet);
  const admin = inProcessTransport(plane.server, { name: "kubernetes-admin", groups: ["system:masters"] }, world.log);
  const handle = new ClusterHandle({
    world,
    clock,
    plane,
    network,
    services,
    scheduler,
    kubelets,
    transport: admin,
    trust,
    stops,
  });
  stops.push(await startSystemPods(handle, { world, plane, kubelets, systemPods, proxyMode }));
  if (options.ingress) await handle.install(ingressWorkloads());
  return handle;
}

/** What containers and nodes take, as their kubelets measure it. */
function usageOf(kubelets: ReadonlyMap<string, Kubelet>, clock: Clock): PodMetrics & NodeUsage {
  return { ...podMetrics({ clock, countersOf: podCounters(kubelets, clock) }), systemUsageOf: systemUsage(kubelets) };
}
