import type { ByteSource } from "../api/bytes.ts";
import { badRequest } from "../api/status.ts";
import type { Lease, Node, Pod } from "../api/types.gen.ts";
import type { WatchEvent } from "../client/client.ts";
import type { LogOptions, SessionStreams } from "../client/node-agents.ts";
import { leases } from "../resources/coordination/lease.ts";
import { nodes } from "../resources/core/node.ts";
import { pods } from "../resources/core/pod.ts";
import { microTimestamp } from "../sim/clock.ts";
import { describeError } from "../sim/log.ts";
import type { ContainerLife } from "./container-life.ts";
import type { NodeContext } from "./node-context.ts";
import { PodWorker } from "./pod-worker.ts";

const leaseSeconds = 40;
const heartbeatMs = 10_000;

/** The agent of one node: a worker for each pod bound to it. https://kubernetes.io/docs/reference/command-line-tools-reference/kubelet/ */
export class Kubelet {
  readonly #context: NodeContext;
  readonly #workers = new Map<string, PodWorker>();
  #stops: (() => void)[] = [];

  constructor(context: NodeContext) {
    this.#context = context;
  }

  get name(): string {
    return this.#context.name;
  }

  get pods(): readonly Pod[] {
    return [...this.#workers.values()].map(({ pod }) => pod);
  }

  /** Registers the node and begins to look after its pods. */
  async start(node: Node): Promise<void> {
    const { client, events, informers, name } = this.#context;
    const registered = await client.create(nodes, node);
    await this.#renewLease();
    events.record(registered, { component: "kubelet", host: name }, { type: "Normal", reason: "Starting", message: "Starting kubelet." });
    this.#stops = [informers.for(pods).onChange((event) => this.#take(event)), this.#heartbeat()];
  }

  /** The node loses power: nothing is told to anyone. */
  async stop(): Promise<void> {
    for (const stop of this.#stops) stop();
    this.#stops = [];
    await Promise.all([...this.#workers.values()].map((worker) => worker.kill()));
    this.#workers.clear();
  }

  worker(uid: string): PodWorker | undefined {
    return this.#workers.get(uid);
  }

  /** Throws BadRequest while there is nothing to read. */
  logs(pod: Pod, container: string, options: LogOptions): ByteSource {
    const life = this.#life(pod, container);
    const { state, lastState } = life.record;
    if (options.previous) {
      const log = life.previousLog ?? (lastState || state.waiting ? life.log : undefined);
      if (!log || !lastState) {
        throw badRequest(`previous terminated container ${JSON.stringify(container)} in pod ${JSON.stringify(pod.metadata.name)} not found`);
      }
      return log.read(options);
    }
    if (state.waiting && !lastState) {
      const why = waitingText(state.waiting.reason ?? "", life);
      throw badRequest(`container ${JSON.stringify(container)} in pod ${JSON.stringify(pod.metadata.name)} is waiting to start: ${why}`);
    }
    return life.log.read(options);
  }

  async exec(pod: Pod, container: string, command: readonly string[], streams: SessionStreams): Promise<number> {
    return this.#running(pod, container).exec(command, streams);
  }

  async attach(pod: Pod, container: string, streams: SessionStreams): Promise<number> {
    return this.#running(pod, container).attach(streams);
  }

  #running(pod: Pod, container: string): NonNullable<ContainerLife["running"]> {
    const { running } = this.#life(pod, container);
    if (!running) throw badRequest(`container not found (${JSON.stringify(container)})`);
    return running;
  }

  #life(pod: Pod, container: string): ContainerLife {
    const life = this.#workers.get(pod.metadata.uid ?? "")?.life(container);
    if (!life) throw badRequest(`container ${container} in pod ${pod.metadata.name} is not available`);
    return life;
  }

  #take({ type, object, previous }: WatchEvent<Pod>): void {
    if (object.spec.nodeName !== this.#context.name) return;
    const uid = object.metadata.uid ?? "";
    const worker = this.#workers.get(uid);
    if (type === "DELETED") {
      this.#workers.delete(uid);
      void worker?.kill();
    } else if (worker) {
      if (isRelevant(object, previous)) worker.update(object);
    } else if (object.status?.phase !== "Succeeded" && object.status?.phase !== "Failed") {
      this.#begin(object, uid);
    }
  }

  #begin(pod: Pod, uid: string): void {
    const worker = new PodWorker(pod, this.#context);
    this.#workers.set(uid, worker);
    void Promise.resolve().then(() => {
      if (pod.metadata.deletionTimestamp) worker.update(pod);
      else worker.start();
    });
  }

  #heartbeat(): () => void {
    let cancel = (): void => {};
    const beat = (): void => {
      cancel = this.#context.clock.after(heartbeatMs, () => {
        beat();
        void this.#renewLease().catch((error: unknown) => {
          this.#context.log.write("warn", `lease of ${this.#context.name}: ${describeError(error)}`);
        });
      });
    };
    beat();
    return () => cancel();
  }

  /** https://kubernetes.io/docs/concepts/architecture/leases/#node-heart-beats */
  async #renewLease(): Promise<void> {
    const { client, clock, name, informers } = this.#context;
    const key = { namespace: "kube-node-lease", name };
    const spec = { holderIdentity: name, leaseDurationSeconds: leaseSeconds, renewTime: microTimestamp(clock) };
    if (await client.get(leases, key)) {
      await client.patch(leases, key, { spec });
      return;
    }
    const owner = informers.for(nodes).get({ namespace: "", name });
    const ownerReferences = owner ? [{ apiVersion: "v1", kind: "Node", name, uid: owner.metadata.uid ?? "" }] : [];
    const lease: Lease = {
      apiVersion: "coordination.k8s.io/v1",
      kind: "Lease",
      metadata: { ...key, ownerReferences },
      spec,
    };
    await client.create(leases, lease);
  }
}

/** A change of status alone is what the kubelet itself wrote, but for readiness gates. */
function isRelevant(object: Pod, previous: Pod | undefined): boolean {
  if (!previous || previous.spec !== object.spec) return true;
  if (previous.metadata.deletionTimestamp !== object.metadata.deletionTimestamp) return true;
  if (previous.metadata.deletionGracePeriodSeconds !== object.metadata.deletionGracePeriodSeconds) return true;
  const gates = (object.spec.readinessGates ?? []).length > 0;
  return gates || previous.metadata.labels !== object.metadata.labels || previous.metadata.annotations !== object.metadata.annotations;
}

function waitingText(reason: string, { spec }: ContainerLife): string {
  switch (reason) {
    case "ContainerCreating":
    case "PodInitializing":
      return reason;
    case "ErrImagePull":
    case "ImagePullBackOff":
    case "InvalidImageName":
    case "CreateContainerConfigError":
      return reason === "ImagePullBackOff" || reason === "ErrImagePull" ? "trying and failing to pull image" : reason;
    default:
      return `${reason} (${spec.name})`;
  }
}

