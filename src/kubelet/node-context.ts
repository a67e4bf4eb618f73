import type { Client } from "../client/client.ts";
import type { EventRecorder } from "../client/events.ts";
import type { Informers } from "../client/informer.ts";
import type { Network } from "../network/network.ts";
import type { Program } from "../runtime/process.ts";
import type { Clock } from "../sim/clock.ts";
import type { Log } from "../sim/log.ts";
import type { Random } from "../sim/random.ts";
import type { ImagePuller } from "./image-puller.ts";
import type { Pace } from "./image-source.ts";
import type { VolumeStore } from "./volumes/volume-store.ts";

/** What a node gives its pods. */
export interface NodeContext {
  readonly name: string;
  readonly ip: string;
  readonly client: Client;
  readonly informers: Informers;
  readonly events: EventRecorder;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly network: Network;
  readonly puller: ImagePuller;
  readonly pace: Pace;
  /** Pod IPs of this node; freed ones are not given out again soon. */
  readonly addresses: { allocate(): string; release(ip: string): void };
  readonly volumes: VolumeStore;
  /** Programs in PATH, by name. */
  readonly programs: ReadonlyMap<string, Program>;
  /** IPv4 addresses of a name, as a resolver with these files answers; empty: no such name. */
  lookup(name: string, resolver: { from: string; hosts: string; resolvConf: string }): Promise<readonly string[]>;
  readonly dnsServiceIp: string;
  readonly clusterDomain: string;
  readonly allocatable: Readonly<Record<string, string>>;
}
