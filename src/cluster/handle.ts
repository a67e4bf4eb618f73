import { parseDuration } from "../api/duration.ts";
import type { KubeObject } from "../api/object.ts";
import { notFound } from "../api/status.ts";
import type { Pod } from "../api/types.gen.ts";
import type { Client } from "../client/client.ts";
import type { Transport } from "../client/transport.ts";
import type { Faults } from "../faults/faults.ts";
import type { Flow } from "../flows/flow.ts";
import { runKubectl } from "../kubectl/kubectl.ts";
import type { Kubelet } from "../kubelet/kubelet.ts";
import type { HostPortChange } from "../kubeproxy/host-ports.ts";
import type { Network } from "../network/network.ts";
import { pods } from "../resources/core/pod.ts";
import { services } from "../resources/core/service.ts";
import type { Explanation } from "../scheduler/explanation.ts";
import type { Scheduler } from "../scheduler/scheduler.ts";
import type { Clock } from "../sim/clock.ts";
import { RealClock } from "../sim/real-clock.ts";
import type { VirtualClock } from "../sim/virtual-clock.ts";
import type { Diagnosis } from "../why/diagnosis.ts";
import { apply, type KubectlOptions } from "./apply.ts";
import type { ControlPlane } from "./control-plane.ts";
import { exec, type ExecOptions, type ExecResult } from "./exec.ts";
import { fetchFrom, type FetchOptions, type Reply } from "./fetch.ts";
import { ingressControllerName, ingressNamespace, ingressWorkloads } from "./ingress-workloads.ts";
import { type ClusterServer, listen } from "./listen.ts";
import { followNews, hostPortNews } from "./news.ts";
import { type Objects, objectsOf } from "./objects.ts";
import type { ListenOptions } from "./options.ts";
import type { ServiceParts } from "./services.ts";
import { drive, settled } from "./time.ts";
import type { Trust } from "./trust.ts";
import type { World } from "./world.ts";

/** A running cluster. https://kubernetes.io/docs/concepts/overview/components/ */
export interface Cluster extends AsyncDisposable {
  /** Every object, by kind and name. */
  readonly objects: Objects;
  /** What the cluster's own parts use: objects by resource definition, past authorization. */
  readonly client: Client;
  /** The cluster's time. */
  readonly clock: Clock;
  /** The whole API, as its admin, without sockets. */
  readonly transport: Transport;
  /** As `kubectl apply`: YAML text (several documents) or objects. Returns what kubectl prints, a line an object. */
  apply(manifests: string | KubeObject | readonly KubeObject[]): Promise<readonly string[]>;
  /**
   * `picokube kubectl` in this process, as the admin: `["get", "pods"]`. A virtual clock moves on while it waits. Rejects
   * with a TypeError when given one string: no shell takes it apart.
   */
  kubectl(args: readonly string[], options?: KubectlOptions): Promise<ExecResult>;
  /** Runs until nothing is left to do at this moment. */
  settle(): Promise<void>;
  /** Lets virtual time pass: `5m`, `1h30m`, or ms. On a real clock it waits. */
  advance(duration: string | number): Promise<void>;
  /** An HTTP request from a pod (`from`), by IP, Service or name; without `from`, from this machine to a NodePort. */
  fetch(url: string, options?: FetchOptions): Promise<Reply>;
  /** Runs a command in a pod: `["sh", "-c", "ls | wc -l"]`. A virtual clock moves on while it takes time. */
  exec(pod: string, command: readonly string[], options?: ExecOptions): Promise<ExecResult>;
  /** The latest connections, oldest first: who called whom, through which Service, and what came of it. */
  readonly flows: readonly Flow[];
  /** Tells of each connection as it begins. The returned function stops. */
  onFlow(tell: (flow: Flow) => void): () => void;
  /** What the scheduler has for and against each node for a pod, wherever it is now. Throws NotFound. */
  whyPod(namespace: string, name: string): Explanation;
  /**
   * Follows a request step by step and says where it ends and what would mend it. `from` is a pod (`name` or
   * `namespace/name`) or `host`, this machine. Throws on a URL that is none.
   */
  why(from: string, url: string): Diagnosis;
  /** A worse network, nodes without power: on demand. */
  readonly faults: Faults;
  /** Tells, a line each, what a learner cares about: pods that run and go, endpoints, NodePorts. The returned function stops. */
  onNews(tell: (line: string) => void): () => void;
  /** Opens the cluster to this machine: HTTPS for kubectl and any client, and NodePorts. */
  listen(options?: ListenOptions): Promise<ClusterServer>;
  /** Ends everything: servers, pods, timers. */
  close(): Promise<void>;
}

export interface ClusterParts {
  readonly world: World;
  readonly clock: RealClock | VirtualClock;
  readonly plane: ControlPlane;
  readonly network: Network;
  readonly services: ServiceParts;
  readonly scheduler: Scheduler;
  readonly kubelets: ReadonlyMap<string, Kubelet>;
  readonly transport: Transport;
  readonly trust: Trust;
  readonly stops: readonly (() => void)[];
}

export class ClusterHandle implements Cluster {
  readonly #parts: ClusterParts;
  readonly #servers: ClusterServer[] = [];
  readonly #hostPortListeners = new Set<(change: HostPortChange) => void>();
  readonly objects: Objects;
  readonly client: Client;
  readonly clock: Clock;
  readonly transport: Transport;

  constructor(parts: ClusterParts) {
    this.#parts = parts;
    this.client = parts.plane.clientFor("picokube");
    this.clock = parts.clock;
    this.transport = parts.transport;
    this.objects = objectsOf({
      client: this.client,
      catalogue: parts.plane.registry.catalogue,
      transport: parts.transport,
      drive: (work) => drive(work, parts.clock),
    });
  }

  /** Puts in what the cluster itself runs. */
  async install(objects: readonly KubeObject[]): Promise<void> {
    const { registry } = this.#parts.plane;
    for (const object of objects) {
      const resource = registry.catalogue.findKind(object.apiVersion, object.kind);
      if (!resource) throw new Error(`no resource for ${object.kind}`);
      await this.client.create(resource, object);
    }
    await this.settle();
  }

  async apply(manifests: string | KubeObject | readonly KubeObject[]): Promise<readonly string[]> {
    return apply((args, options) => this.kubectl(args, options), manifests);
  }

  async kubectl(args: readonly string[], options: KubectlOptions = {}): Promise<ExecResult> {
    const { clock } = this.#parts;
    checkWords("kubectl", args, ["get", "pods"]);
    return drive(runKubectl(args, { ...options, transport: this.transport, clock }), clock);
  }

  async settle(): Promise<void> {
    await settled(this.#parts.clock);
  }

  async advance(duration: string | number): Promise<void> {
    const ms = typeof duration === "number" ? duration : parseDuration(duration);
    const { clock } = this.#parts;
    if (clock instanceof RealClock) await new Promise<void>((resolve) => void clock.after(ms, resolve));
    else await clock.advance(ms);
  }

  async fetch(url: string, options: FetchOptions = {}): Promise<Reply> {
    const { from, namespace = "default" } = options;
    const pod = from === undefined ? undefined : this.#pod(namespace, from);
    const { network, kubelets, services: own, clock } = this.#parts;
    const parts = { network, kubelets, proxy: own.proxy, lookup: own.dns.lookup };
    return drive(fetchFrom(parts, { url, pod }, options), clock);
  }

  async exec(name: string, command: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
    const { namespace = "default" } = options;
    checkWords("exec", command, ["sh", "-c", "ls | wc -l"]);
    this.#pod(namespace, name);
    return drive(exec(this.transport, { namespace, name, command }, options), this.#parts.clock);
  }

  get flows(): readonly Flow[] {
    return this.#parts.services.flows.list();
  }

  onFlow(tell: (flow: Flow) => void): () => void {
    return this.#parts.services.flows.follow(tell);
  }

  why(from: string, url: string): Diagnosis {
    return this.#parts.services.why(from, url);
  }

  get faults(): Faults {
    return this.#parts.services.faults;
  }

  onNews(tell: (line: string) => void): () => void {
    const onHostPort = (change: HostPortChange): void => tell(hostPortNews(change));
    this.#hostPortListeners.add(onHostPort);
    const stop = followNews(this.#parts.plane.informers, tell);
    return () => {
      this.#hostPortListeners.delete(onHostPort);
      stop();
    };
  }

  whyPod(namespace: string, name: string): Explanation {
    return this.#parts.scheduler.explain(this.#pod(namespace, name));
  }

  async listen(options: ListenOptions = {}): Promise<ClusterServer> {
    const onHostPort = (change: HostPortChange): void => {
      for (const tell of this.#hostPortListeners) tell(change);
    };
    if (options.ingressPort !== undefined) await this.#ensureIngress();
    const server = await listen({ ...this.#parts, ...this.#parts.services, onHostPort }, options);
    this.#servers.push(server);
    return server;
  }

  async close(): Promise<void> {
    const { stops, kubelets, clock } = this.#parts;
    await Promise.all(this.#servers.splice(0).map((server) => server.close()));
    for (const stop of stops) stop();
    await Promise.all([...kubelets.values()].map((kubelet) => kubelet.stop()));
    if (clock instanceof RealClock) clock.stop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #ensureIngress(): Promise<void> {
    const key = { namespace: ingressNamespace, name: ingressControllerName };
    if (!this.#parts.plane.informers.for(services).get(key)) await this.install(ingressWorkloads());
  }

  #pod(namespace: string, name: string): Pod {
    const pod = this.#parts.plane.informers.for(pods).get({ namespace, name });
    if (!pod) throw notFound(pods, name);
    return pod;
  }
}

/** What JavaScript lets pass: one string, which would be read letter by letter. */
function checkWords(method: string, words: unknown, example: readonly string[]): void {
  if (Array.isArray(words) && words.every((word) => typeof word === "string")) return;
  throw new TypeError(`${method}() takes words, not a line for a shell: ${JSON.stringify(example)}`);
}
