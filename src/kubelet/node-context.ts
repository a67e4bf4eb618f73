import type { Client } from "../client/client.ts";
import type { EventRecorder } from "../client/events.ts";
import type { Informers } from "../client/informer.ts";
import type { Network } from "../network/network.ts";
import type { SharedMemory } from "../runtime/kernel/memory.ts";
import type { Tool } from "../runtime/tool.ts";
import type { Clock } from "../sim/clock.ts";
import type { Log } from "../sim/log.ts";
import type { Random } from "../sim/random.ts";
import type { HostPorts } from "./host-ports.ts";
import type { ImagePuller } from "./image-puller.ts";
import type { Pace } from "./image-source.ts";
import type { ReferencedObjects } from "./referenced-objects.ts";
import type { Renewals } from "./renewals.ts";
import type { VolumeStore } from "./volumes/volume-store.ts";

/** What a node gives its pods. */
export interface NodeContext {
  readonly name: string;
  readonly ip: string;
  readonly client: Client;
  readonly informers: Informers;
  readonly events: Pick<EventRecorder, "record" | "recordFor">;
  /** Lets the node react to a change of a pod (its uid): at once, or late, when it hears of changes again. */
  hear?(uid: string, react: (isLate: boolean) => void): void;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly network: Network;
  readonly puller: ImagePuller;
  readonly pace: Pace;
  /** Pod IPs of this node; freed ones are not given out again soon. undefined: all are taken. */
  readonly addresses: { allocate(): string | undefined; release(ip: string): void };
  readonly volumes: VolumeStore;
  /** What images find in PATH. */
  readonly tools: readonly Tool[];
  readonly sharedMemory: SharedMemory;
  /** IPv4 addresses of a name, as a resolver with these files answers; empty: no such name. */
  readonly lookup: (
    name: string,
    resolver: { from: string; hosts: string; resolvConf: string },
  ) => Promise<readonly string[]>;
  readonly dnsServiceIp: string;
  readonly clusterDomain: string;
  readonly allocatable: Readonly<Record<string, string>>;
  /** The node's own /etc/resolv.conf, which pods with dnsPolicy Default get. One without servers unless given. */
  readonly resolvConf?: string;
}

/** What a kubelet keeps for all of its pods. */
export interface KubeletContext extends NodeContext {
  readonly objects: ReferencedObjects;
  readonly renewals: Renewals;
  readonly hostPorts: HostPorts;
}
