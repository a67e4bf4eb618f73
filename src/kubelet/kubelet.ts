import type { ByteSource } from "../api/bytes.ts";
import { keyOf } from "../api/object.ts";
import {
  type ApiError,
  badRequest,
  internalError,
  isAlreadyExists,
  isConflict,
  isNotFound,
  unknownError,
} from "../api/status.ts";
import type { Node, Pod } from "../api/types.gen.ts";
import type { WatchEvent } from "../client/client.ts";
import type { EventText } from "../client/events.ts";
import type { LogOptions, SessionStreams } from "../client/node-agents.ts";
import { nodes } from "../resources/core/node.ts";
import { persistentVolumes } from "../resources/core/persistent-volume.ts";
import { pods } from "../resources/core/pod.ts";
import type { LiveContainer } from "../runtime/live-container.ts";
import { ExecError } from "../runtime/process.ts";
import { timestamp } from "../sim/clock.ts";
import { describeError } from "../sim/log.ts";
import { containerLog } from "./container-logs.ts";
import { createCsiNode } from "./csi-node.ts";
import { capacityOf, EvictionMonitor } from "./eviction/eviction-monitor.ts";
import { HostPorts } from "./host-ports.ts";
import { isCritical, type Occupancy, refusalOf, shortagesFor } from "./node-admission.ts";
import type { KubeletContext, NodeContext } from "./node-context.ts";
import { conditionsFor, NodeHeartbeat } from "./node-heartbeat.ts";
import { NodeLoad, type TakenAmounts } from "./node-load.ts";
import { PodWorker } from "./pod-worker.ts";
import { unrecovered, victimsFor } from "./preemption.ts";
import { ReferencedObjects } from "./referenced-objects.ts";
import { Renewals } from "./renewals.ts";

const healthyReasons = ["NodeHasSufficientMemory", "NodeHasNoDiskPressure", "NodeHasSufficientPID", "NodeReady"];

/** An index of pods. */
const byNode = "kubelet-node";

/** The agent of one node: a worker for each pod bound to it. https://kubernetes.io/docs/reference/command-line-tools-reference/kubelet/ */
export class Kubelet {
  readonly #context: KubeletContext;
  readonly #heartbeat: NodeHeartbeat;
  readonly #eviction: EvictionMonitor;
  /** What others than its pods have of the node. */
  readonly load = new NodeLoad();
  /** By uid. */
  readonly #workers = new Map<string, PodWorker>();
  /** Pods that the node would not have. */
  readonly #refused = new Set<string>();
  #startedAt = 0;
  #stops: (() => void)[] = [];

  constructor(context: NodeContext) {
    this.#context = {
      ...context,
      objects: new ReferencedObjects(context.informers),
      renewals: new Renewals(context.clock),
      hostPorts: new HostPorts(context.network, context.ip),
    };
    this.#eviction = new EvictionMonitor({
      clock: context.clock,
      load: this.load,
      allocatable: context.allocatable,
      images: context.puller,
      workers: () => this.workers,
      tell: (event) => {
        const node = context.informers.for(nodes).get({ namespace: "", name: context.name });
        if (node) this.#tell(node, event);
      },
      changed: () => this.#heartbeat.reportSoon(),
    });
    this.#heartbeat = new NodeHeartbeat(context, () => this.#eviction.conditions);
  }

  get name(): string {
    return this.#context.name;
  }

  get context(): KubeletContext {
    return this.#context;
  }

  /** All that the node has of something. */
  capacityOf(resource: keyof TakenAmounts): number {
    return capacityOf(this.#context.allocatable)[resource];
  }

  /** What is left of the node for more pods. */
  get available(): Readonly<Record<keyof TakenAmounts, number>> {
    return this.#eviction.available;
  }

  /** False: the node is switched off. */
  get isRunning(): boolean {
    return this.#stops.length > 0;
  }

  /** When the node came up, in ms of the cluster's clock. */
  get startedAt(): number {
    return this.#startedAt;
  }

  /** As the API server has them. */
  get pods(): readonly Pod[] {
    const informer = this.#context.informers.for(pods);
    return this.workers.map(({ pod }) => informer.get(keyOf(pod)) ?? pod);
  }

  get workers(): readonly PodWorker[] {
    return [...this.#workers.values()];
  }

  worker(uid: string): PodWorker | undefined {
    return this.#workers.get(uid);
  }

  /** Registers the node, or brings it back, and begins to look after its pods. */
  async start(node: Node): Promise<void> {
    const { name, clock, informers, objects, renewals, hostPorts, volumes } = this.#context;
    informers.for(pods).addIndex(byNode, ({ spec }) => (spec.nodeName ? [spec.nodeName] : []));
    this.#startedAt = clock.now();
    await this.#register(node);
    await this.#heartbeat.start();
    this.#eviction.start();
    this.#stops = [
      informers.for(pods).onChangeOf(byNode, name, (event) => this.#hear(event)),
      informers.for(persistentVolumes).onChange(({ type, object }) => {
        const isGone = type === "DELETED" && object.spec.persistentVolumeReclaimPolicy === "Delete";
        if (isGone) volumes.forget(object.metadata.name);
      }),
      () => this.#heartbeat.stop(),
      () => this.#eviction.stop(),
      () => objects.stop(),
      () => renewals.stop(),
      () => hostPorts.stop(),
    ];
  }

  /** The node loses power: nothing is told to anyone. */
  async stop(): Promise<void> {
    const workers = [...this.#workers.values()];
    this.#workers.clear();
    await Promise.all(workers.map((worker) => worker.crash()));
    for (const stop of this.#stops.splice(0)) stop();
  }

  /** Throws BadRequest while there is nothing to read. */
  logs(pod: Pod, container: string, options: LogOptions): ByteSource {
    const life = this.#workers.get(pod.metadata.uid ?? "")?.life(container);
    if (!life) throw notAvailable(pod, container);
    return containerLog(life, pod.metadata.name, options).read(options);
  }

  async exec(pod: Pod, container: string, command: readonly string[], streams: SessionStreams): Promise<number> {
    const running = this.#running(pod, container);
    if (!running) throw notUpgraded(`container not found (${JSON.stringify(container)})`);
    try {
      return await running.exec(command, streams);
    } catch (error) {
      if (error instanceof ExecError) throw internalError(`error executing command in container: ${error.message}`);
      throw error;
    }
  }

  async attach(pod: Pod, container: string, streams: SessionStreams): Promise<void> {
    const running = this.#running(pod, container);
    const { name, namespace = "" } = pod.metadata;
    if (!running) throw notUpgraded(`container ${container} not found in pod ${name}_${namespace}`);
    await running.attach(streams);
  }

  #running(pod: Pod, container: string): LiveContainer | undefined {
    return this.#workers.get(pod.metadata.uid ?? "")?.life(container)?.running;
  }

  async #register(node: Node): Promise<void> {
    const { client, name, clock } = this.#context;
    try {
      const registered = await client.create(nodes, node);
      const tell = (reason: string, message: string): void =>
        this.#tell(registered, { type: "Normal", reason, message });
      tell("Starting", "Starting kubelet.");
      tell("NodeAllocatableEnforced", "Updated Node Allocatable limit across pods");
      for (const reason of healthyReasons) tell(reason, `Node ${name} status is now: ${reason}`);
      await createCsiNode(name, registered.metadata.uid ?? "", client);
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
      const key = { namespace: "", name };
      const known = (await client.get(nodes, key)) ?? node;
      const conditions = conditionsFor(known, timestamp(clock));
      const status = { ...node.status, conditions };
      const registered = await client.patch(nodes, key, { status }, "status");
      this.#tell(registered, { type: "Normal", reason: "Starting", message: "Starting kubelet." });
      const bootId = node.status?.nodeInfo?.bootID ?? "";
      if (known.status?.nodeInfo?.bootID === bootId) return;
      const message = `Node ${name} has been rebooted, boot id: ${bootId}`;
      this.#tell(registered, { type: "Warning", reason: "Rebooted", message });
    }
  }

  #tell(node: Node, text: EventText): void {
    const { events, name } = this.#context;
    events.record(node, { component: "kubelet", host: name }, text);
  }

  #hear(event: WatchEvent<Pod>): void {
    const { type, object } = event;
    const { hear = (_uid, react) => react(false) } = this.#context;
    // Of several changes that come late, only the last is told: what it changed last is not all that is new.
    hear(object.metadata.uid ?? "", (isLate) => this.#take(isLate ? { type, object } : event));
  }

  #take({ type, object, previous }: WatchEvent<Pod>): void {
    const uid = object.metadata.uid ?? "";
    const worker = this.#workers.get(uid);
    if (type === "DELETED") {
      this.#workers.delete(uid);
      this.#refused.delete(uid);
      worker?.remove();
    } else if (worker) {
      if (isRelevant(object, previous)) worker.update(object);
    } else if (!hasEnded(object) && !this.#refused.has(uid)) {
      this.#begin(object, uid);
    }
  }

  /** After the current call has returned: whoever tells of the pod is in the middle of a write. */
  #begin(pod: Pod, uid: string): void {
    const refusal = refusalOf(pod, this.#occupancy());
    if (refusal) {
      this.#refused.add(uid);
      if (isCritical(pod) && shortagesFor(pod, this.#occupancy()).length > 0) void this.#makeRoom(pod, uid);
      else void this.#refuse(pod, refusal);
      return;
    }
    const worker = new PodWorker(pod, this.#context);
    this.#workers.set(uid, worker);
    queueMicrotask(() => {
      if (worker.pod.metadata.deletionTimestamp) worker.update(worker.pod);
      else worker.start();
    });
  }

  /** Others go, and the pod is looked at again. */
  async #makeRoom(pod: Pod, uid: string): Promise<void> {
    const victims = victimsFor(pod, this.#occupancy());
    if (!victims) {
      await this.#refuse(pod, unrecovered(pod, this.#occupancy()));
      return;
    }
    const workers = victims.flatMap(({ metadata }) => this.#workers.get(metadata.uid ?? "") ?? []);
    await Promise.all(workers.map((worker) => worker.preempt()));
    if (this.#refused.delete(uid)) this.#begin(pod, uid);
  }

  #occupancy(): Occupancy {
    const { informers, name, allocatable } = this.#context;
    const node = informers.for(nodes).get({ namespace: "", name });
    const present = this.workers.filter((worker) => !worker.hasEnded).map(({ pod }) => pod);
    const offered = { ...node?.status?.allocatable, ...allocatable };
    return { node, allocatable: offered, pods: present, pressure: this.#eviction.conditions };
  }

  async #refuse(pod: Pod, { reason, message }: { reason: string; message: string }): Promise<void> {
    const { client, clock, events, name, log } = this.#context;
    const { qosClass } = pod.status ?? {};
    const status = {
      phase: "Failed" as const,
      reason,
      message: `Pod was rejected: ${message}`,
      startTime: timestamp(clock),
      ...(qosClass ? { qosClass } : {}),
    };
    try {
      await client.updateStatus(pods, { ...pod, status });
      events.record(pod, { component: "kubelet", host: name }, { type: "Warning", reason, message });
    } catch (error) {
      if (isNotFound(error) || isConflict(error)) return;
      log.write("error", `pod ${pod.metadata.name} refused: ${describeError(error)}`);
    }
  }
}

function hasEnded({ status }: Pod): boolean {
  return status?.phase === "Succeeded" || status?.phase === "Failed";
}

/** A change of status alone is what the kubelet itself wrote, but for readiness gates. */
function isRelevant(object: Pod, previous: Pod | undefined): boolean {
  if (!previous || previous.spec !== object.spec) return true;
  const [now, before] = [object.metadata, previous.metadata];
  if (now.deletionTimestamp !== before.deletionTimestamp) return true;
  if (now.deletionGracePeriodSeconds !== before.deletionGracePeriodSeconds) return true;
  const gates = (object.spec.readinessGates ?? []).length > 0;
  return gates || now.labels !== before.labels || now.annotations !== before.annotations;
}

/** As clients tell what a kubelet answers in place of a stream. */
function notUpgraded(why: string): ApiError {
  return unknownError(`unable to upgrade connection: ${why}`);
}

function notAvailable({ metadata }: Pod, container: string): ApiError {
  return badRequest(`container ${JSON.stringify(container)} in pod ${JSON.stringify(metadata.name)} is not available`);
}
