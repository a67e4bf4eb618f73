import type { Pod } from "../api/types.gen.ts";
import { FileTree, nodeDisk } from "../runtime/files/file-tree.ts";
import type { PidNamespace } from "../runtime/kernel/pid-namespace.ts";
import { hostNameOf, type HostName, kernelHostName } from "./host-name.ts";
import { hostsFile } from "./hosts-file.ts";
import type { KubeletContext } from "./node-context.ts";
import { startPause } from "./pause-container.ts";
import { resolvConfFor } from "./resolv-conf.ts";
import { nextLookMs } from "./restarts.ts";
import { runtimeProblem } from "./runtime-handlers.ts";
import type { Stopping } from "./stopping.ts";
import { PodVolumes } from "./volumes/pod-volumes.ts";
import type { Files } from "./volumes/volume.ts";

/** What containers may write to the files that the kubelet gives them. */
const mostFileBytes = 16 * 1024 ** 2;

/** Tells of a pod. */
export interface SandboxHost {
  readonly pod: () => Pod;
  readonly warn: (reason: string, message: string) => void;
}

/** What the containers of a pod share: an IP, a name and volumes. */
export class PodSandbox {
  readonly #context: KubeletContext;
  readonly #host: SandboxHost;
  readonly #name: HostName;
  readonly #volumes: PodVolumes;
  readonly hostname: string;
  /** As it is written to /etc/resolv.conf. */
  readonly resolvConf: string;
  ip = "";
  #hosts: string | undefined;
  #files: FileTree | undefined;
  /** Shared by the containers; undefined: each has its own. */
  pids: PidNamespace | undefined;
  #isReady = false;
  #ends: (() => void)[] = [];

  constructor(host: SandboxHost, context: KubeletContext) {
    const pod = host.pod();
    this.#context = context;
    this.#host = host;
    this.#name = hostNameOf(pod, { nodeName: context.name, clusterDomain: context.clusterDomain });
    this.hostname = kernelHostName(this.#name, pod.spec) ?? "";
    this.resolvConf = resolvConfFor(pod, { ...context, nodeResolvConf: context.resolvConf ?? "" });
    this.#volumes = new PodVolumes({ context, ...host });
    if (pod.spec.hostNetwork) this.ip = context.ip;
  }

  /** The network and the volumes are there. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /** As it is written to /etc/hosts once there is an IP. */
  get hosts(): string {
    const { hostNetwork = false, hostAliases = [] } = this.#host.pod().spec;
    this.#hosts ??= hostsFile({ ip: this.ip, ...this.#name, hostNetwork, aliases: hostAliases });
    return this.#hosts;
  }

  /** hosts, hostname and resolv.conf, and what containers leave as their last words. */
  get files(): FileTree {
    if (this.#files) return this.#files;
    const tree = new FileTree({ clock: this.#context.clock, device: nodeDisk, sizeLimit: mostFileBytes });
    tree.files.write("/hosts", this.hosts, 0o644);
    tree.files.write("/hostname", `${this.hostname}\n`, 0o644);
    tree.files.write("/resolv.conf", this.resolvConf, 0o644);
    this.#files = tree;
    return tree;
  }

  volume(name: string): Files | undefined {
    return this.#volumes.find(name);
  }

  /** Resolves when all is there, or when the pod stops. */
  async prepare(stopping: Stopping): Promise<void> {
    await this.#volumes.mountAll(stopping);
    if (stopping.isSet) return;
    const { random, clock } = this.#context;
    for (let problem = this.#connect(); problem !== undefined && !stopping.isSet; problem = this.#connect()) {
      this.#host.warn("FailedCreatePodSandBox", problem);
      await stopping.sleep(clock, nextLookMs(random));
    }
    this.#isReady = !stopping.isSet;
  }

  /** Labels and annotations have changed. */
  podChanged(): void {
    this.#volumes.podChanged();
  }

  close(): void {
    this.#isReady = false;
    for (const end of this.#ends.splice(0)) end();
    this.#volumes.close();
  }

  /** undefined: the pod has its IP. */
  #connect(): string | undefined {
    const { addresses } = this.#context;
    const pod = this.#host.pod();
    if (this.hostname === "") {
      const { hostname, domain } = this.#name;
      const length = hostname.length + domain.length + 1;
      return `Failed to create pod sandbox: failed to construct FQDN from pod hostname and cluster domain, FQDN ${hostname}.${domain} is too long (64 characters is the max, ${length} characters requested)`;
    }
    const unknownRuntime = runtimeProblem(pod, this.#context.informers);
    if (unknownRuntime !== undefined) return `Failed to create pod sandbox: ${unknownRuntime}`;
    if (!pod.spec.hostNetwork) {
      const ip = addresses.allocate();
      if (ip === undefined) return noAddress;
      this.#hold(ip);
    }
    if (pod.spec.shareProcessNamespace) this.#sharePids();
    return undefined;
  }

  #hold(ip: string): void {
    const { addresses, network, hostPorts } = this.#context;
    this.ip = ip;
    this.#hosts = undefined;
    const takeDown = network.addHost(ip);
    const closePorts = hostPorts.open(this.#host.pod(), ip);
    this.#ends = [closePorts, takeDown, () => addresses.release(ip)];
  }

  #sharePids(): void {
    const { name, namespace = "" } = this.#host.pod().metadata;
    const pod = { name, namespace, ip: this.ip, nodeName: this.#context.name };
    const pause = startPause(this.#context, { hostname: this.hostname, pod });
    this.pids = pause.pids;
    this.#ends.push(() => void pause.stop(0));
  }
}

const noAddress =
  'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox: plugin type="ptp" failed (add): failed to allocate for range 0: no IP addresses available in range set';
