import { dnsServiceIp } from "../apiserver/bootstrap.ts";
import { kubernetesVersion } from "../apiserver/server-info.ts";
import type { Client } from "../client/client.ts";
import type { EventRecorder } from "../client/events.ts";
import type { Informers } from "../client/informer.ts";
import type { Lookup } from "../dns/resolver.ts";
import { type NodeAddress, nodeHostsFile } from "../kubelet/hosts-file.ts";
import { ImagePuller } from "../kubelet/image-puller.ts";
import type { ImageSource, Pace } from "../kubelet/image-source.ts";
import { Kubelet } from "../kubelet/kubelet.ts";
import { nodeAllocatable, nodeFor } from "../kubelet/node-status.ts";
import { VolumeStore } from "../kubelet/volumes/volume-store.ts";
import { AddressPool } from "../network/address-pool.ts";
import type { Network } from "../network/network.ts";
import type { FileTree } from "../runtime/files/file-tree.ts";
import { type ImageParts, imageTree } from "../runtime/image-files.ts";
import type { SharedMemory } from "../runtime/kernel/memory.ts";
import type { Tool } from "../runtime/tool.ts";
import { timestamp } from "../sim/clock.ts";
import { clusterDomain, controlPlaneNode, hostIp, nodeIp, podCidrOf } from "./addresses.ts";
import { type KubeletDoorOptions, openKubeletDoor } from "./kubelet-door.ts";
import { type Machine, Uplink } from "./machine.ts";
import type { World } from "./world.ts";

export interface NodeFleetOptions {
  readonly world: World;
  readonly network: Network;
  readonly client: Client;
  readonly informers: Informers;
  readonly events: EventRecorder;
  readonly images: ImageSource;
  readonly tools: readonly Tool[];
  readonly sharedMemory: SharedMemory;
  readonly pace: Pace;
  readonly lookup: Lookup;
  readonly kubelets: Map<string, Kubelet>;
  /** The machines behind them. */
  readonly machines?: Map<string, Machine>;
  /** What kubelets need to be asked over the network. None: they are not. */
  readonly door?: Pick<KubeletDoorOptions, "trust" | "gate">;
  /** Volumes that every node reaches, by name. */
  readonly disks: Map<string, FileTree>;
}

/** Brings up node number `index` (0 is the control plane) and its kubelet. */
export async function startNode(index: number, options: NodeFleetOptions): Promise<Kubelet> {
  const { world, network } = options;
  const { clock } = world;
  const name = index === 0 ? controlPlaneNode : `picokube-worker${index === 1 ? "" : index}`;
  const ip = nodeIp(index);
  const cidr = podCidrOf(index);
  const random = world.random.fork(name);
  const machineId = random.uuid().replaceAll("-", "");
  const pool = new AddressPool(cidr);
  const uplink = new Uplink(() => void clock.after(syncMs, () => tellPods(kubelet)));
  const kubelet: Kubelet = new Kubelet({
    name,
    ip,
    client: uplink.through(options.client),
    informers: options.informers,
    events: uplink.tellOver(options.events),
    hear: (uid, react) => uplink.pass(uid, react),
    clock,
    random,
    log: world.log,
    network,
    puller: new ImagePuller({ source: options.images, pace: options.pace, clock }),
    pace: options.pace,
    addresses: {
      allocate: () => pool.take(),
      release: (address) => pool.release(address),
    },
    volumes: new VolumeStore(clock, options.disks, () => nodeSystem({ name, ip }, { tools: options.tools, clock })),
    tools: options.tools,
    sharedMemory: options.sharedMemory,
    lookup: options.lookup,
    dnsServiceIp,
    clusterDomain,
    resolvConf: nodeResolvConf,
    allocatable: nodeAllocatable,
  });
  options.kubelets.set(name, kubelet);
  let takeDown = (): void => {};
  const powerOn = async (): Promise<void> => {
    takeDown = network.addHost(ip);
    if (options.door) openKubeletDoor(kubelet, { ...options.door, network, clock });
    await kubelet.start(
      nodeFor({
        name,
        ip,
        podCidr: cidr,
        isControlPlane: index === 0,
        now: timestamp(clock),
        kubeletVersion: kubernetesVersion,
        machineId,
        bootId: random.uuid(),
      }),
    );
    tellProxy(name, options.events);
  };
  const powerOff = (): Promise<void> => kubelet.stop().then(() => takeDown());
  options.machines?.set(name, { uplink, kubelet, powerOn, powerOff });
  await powerOn();
  return kubelet;
}

/** kube-proxy starts with its node, for which it takes the name to be the uid. */
function tellProxy(name: string, events: EventRecorder): void {
  const source = { component: "kube-proxy", host: name };
  const text = { type: "Normal", reason: "Starting", action: "StartKubeProxy", message: "" } as const;
  events.recordFor({ kind: "Node", name, uid: name }, source, text);
}

/** How soon a kubelet puts right what was said of its pods while it could not be heard. */
const syncMs = 10_000;

function tellPods(kubelet: Kubelet): void {
  for (const pod of kubelet.pods) kubelet.worker(pod.metadata.uid ?? "")?.update(pod);
}

/** Debian, as the nodes of many clusters are, with what containers find in it. */
function nodeSystem({ name, ip }: NodeAddress, parts: Pick<ImageParts, "tools" | "clock">): FileTree {
  const files = {
    "/etc/hostname": `${name}\n`,
    "/etc/hosts": nodeHostsFile({ name, ip }),
    "/etc/resolv.conf": nodeResolvConf,
  };
  return imageTree({ ...parts, image: { names: [], base: "debian", files } }, []).tree;
}

/** Nodes ask the machine that they run on, as kind's do. */
const nodeResolvConf = `nameserver ${hostIp}\noptions edns0 trust-ad ndots:0\n`;
