import { keyOf } from "../api/object.ts";
import { isConflict, isNotFound } from "../api/status.ts";
import type { Binding, Pod } from "../api/types.gen.ts";
import type { Client } from "../client/client.ts";
import type { EventRecorder } from "../client/events.ts";
import type { Informers } from "../client/informer.ts";
import { pods } from "../resources/core/pod.ts";
import type { Clock } from "../sim/clock.ts";
import { describeError, type Log } from "../sim/log.ts";
import type { Random } from "../sim/random.ts";
import type { ClusterChange } from "./cluster-change.ts";
import { ClusterView } from "./cluster-view.ts";
import { watchCluster } from "./cluster-watch.ts";
import { explain, type Explanation } from "./explanation.ts";
import { reportFailure } from "./failure-report.ts";
import { fitError } from "./fit-error.ts";
import type { NodeInfo } from "./node-info.ts";
import { type Diagnosis, NodeSearch } from "./node-search.ts";
import type { SchedulerPlugin } from "./plugin.ts";
import { schedulerPlugins } from "./plugins/index.ts";
import { prioritySort } from "./plugins/priority-sort.ts";
import { evict } from "./preemption/evict.ts";
import { preempt } from "./preemption/preemption.ts";
import { priorityOf } from "./priority.ts";
import { BindingError, type Reservation } from "./reservation.ts";
import { SchedulingQueue, type WaitingPod } from "./scheduling-queue.ts";

export interface SchedulerOptions {
  readonly client: Client;
  readonly informers: Informers;
  readonly events: EventRecorder;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** `default-scheduler` with all plugins unless given. */
  readonly profiles?: readonly SchedulerProfile[];
}

/** What is done for the pods that name it as their scheduler. https://kubernetes.io/docs/reference/scheduling/config/#profiles */
export interface SchedulerProfile {
  readonly schedulerName: string;
  readonly plugins: readonly SchedulerPlugin[];
}

const defaultProfile: SchedulerProfile = { schedulerName: "default-scheduler", plugins: schedulerPlugins };

/** After so many pods everyone else has a turn. */
const podsPerTurn = 64;

/** Puts each pod without a node on the best one that takes it. https://kubernetes.io/docs/concepts/scheduling-eviction/kube-scheduler/ */
export class Scheduler {
  readonly #options: SchedulerOptions;
  readonly #profiles: ReadonlyMap<string, SchedulerProfile>;
  readonly #plugins: ReadonlyMap<string, SchedulerPlugin>;
  readonly #view: ClusterView;
  readonly #queue: SchedulingQueue;
  readonly #search: NodeSearch;
  /** What is held for pods that are being bound, by uid. */
  readonly #reservations = new Map<string, readonly Reservation[]>();
  readonly #stopWatching: () => void;
  #isRunning = false;
  #isStopped = false;

  constructor(options: SchedulerOptions) {
    this.#options = options;
    const profiles = options.profiles ?? [defaultProfile];
    this.#profiles = new Map(profiles.map((profile) => [profile.schedulerName, profile]));
    this.#plugins = new Map(profiles.flatMap(({ plugins }) => plugins.map((plugin) => [plugin.name, plugin])));
    this.#view = new ClusterView(options.informers);
    this.#search = new NodeSearch(this.#view, options.random);
    const sorters = [...this.#plugins.values()].flatMap(({ comesBefore }) => comesBefore ?? []);
    const [comesBefore = prioritySort.comesBefore] = sorters;
    this.#queue = new SchedulingQueue({ clock: options.clock, onReady: () => this.#wake(), comesBefore });
    this.#stopWatching = watchCluster(this.#view, {
      onChange: (change) => this.#take(change),
      onWaiting: (pod, previous) => this.#await(pod, previous),
      onSettled: (pod) => this.#settle(pod),
    });
  }

  stop(): void {
    this.#isStopped = true;
    this.#stopWatching();
    this.#queue.stop();
  }

  /** What every plugin says of every node, the best first. */
  explain(pod: Pod): Explanation {
    const { plugins } = this.#profileOf(pod) ?? defaultProfile;
    return explain(pod, this.#view, plugins);
  }

  #profileOf({ spec }: Pod): SchedulerProfile | undefined {
    return this.#profiles.get(spec.schedulerName ?? defaultProfile.schedulerName);
  }

  #take(change: ClusterChange): void {
    this.#queue.release(({ pod, rejectors }) => {
      // Nobody has refused a pod for which there was no node at all.
      if (rejectors.size === 0) return change.what === "node";
      for (const name of rejectors) if (this.#plugins.get(name)?.helps?.(pod, change, this.#view)) return true;
      return false;
    });
  }

  #await(pod: Pod, previous: Pod | undefined): void {
    const uid = pod.metadata.uid ?? "";
    const profile = this.#profileOf(pod);
    if (!profile) return;
    const awaited = pod.status?.nominatedNodeName;
    if (awaited) this.#view.nominations.set(pod, awaited);
    else if (previous?.status?.nominatedNodeName) this.#view.nominations.remove(uid);
    if (profile.plugins.some((plugin) => plugin.holdsBack?.(pod))) return;
    this.#queue.put(pod);
    const isChanged = previous && (previous.spec !== pod.spec || previous.metadata.labels !== pod.metadata.labels);
    if (isChanged) this.#queue.reconsider(uid);
  }

  #settle({ metadata: { uid = "" }, spec }: Pod): void {
    this.#queue.remove(uid);
    if (!spec.nodeName) for (const reservation of this.#reservations.get(uid) ?? []) reservation.release();
  }

  #wake(): void {
    if (this.#isRunning || this.#isStopped) return;
    this.#isRunning = true;
    void this.#run();
  }

  /** Starts after the current call has returned: whoever tells of a pod is in the middle of a write. */
  async #run(): Promise<void> {
    await Promise.resolve();
    let done = 0;
    for (let waiting = this.#queue.next(); waiting; waiting = this.#queue.next()) {
      await this.#schedule(waiting);
      done++;
      if (done % podsPerTurn === 0) await new Promise<void>((resolve) => this.#options.clock.soon(resolve));
    }
    this.#isRunning = false;
  }

  async #schedule(waiting: WaitingPod): Promise<void> {
    const { pod } = waiting;
    const { events } = this.#options;
    const profile = this.#profileOf(pod) ?? defaultProfile;
    const { namespace = "", name, uid = "", deletionTimestamp } = pod.metadata;
    if (deletionTimestamp) {
      this.#queue.remove(uid);
      const message = `skip schedule deleting pod: ${namespace}/${name}`;
      const source = { component: profile.schedulerName };
      events.record(pod, source, { type: "Warning", reason: "FailedScheduling", action: "Scheduling", message });
      return;
    }
    const found = this.#search.find(pod, profile.plugins);
    if ("refusals" in found) await this.#refuse(waiting, profile, found);
    else await this.#assign(waiting, profile, found);
  }

  /** The pod counts as placed from now on. What must be waited for does not hold up other pods. */
  async #assign(waiting: WaitingPod, { plugins }: SchedulerProfile, node: NodeInfo): Promise<void> {
    const { pod } = waiting;
    const uid = pod.metadata.uid ?? "";
    const reservations = plugins.flatMap(({ reserve }) => reserve?.(pod, this.#view, node) ?? []);
    this.#view.nominations.remove(uid);
    this.#view.place(pod, node.name);
    const binding = this.#bind(waiting, node.name, reservations);
    if (reservations.length === 0) await binding;
  }

  async #bind(waiting: WaitingPod, node: string, reservations: readonly Reservation[]): Promise<void> {
    const { pod } = waiting;
    const { client, clock, events } = this.#options;
    const { name, namespace = "", uid = "" } = pod.metadata;
    this.#reservations.set(uid, reservations);
    const binding: Binding = {
      apiVersion: "v1",
      kind: "Binding",
      metadata: { name, namespace, uid },
      target: { apiVersion: "v1", kind: "Node", name: node },
    };
    try {
      for (const reservation of reservations) await reservation.prepare({ client, clock });
      await client.createSubresource(pods, keyOf(pod), "binding", binding);
      const message = `Successfully assigned ${namespace}/${name} to ${node}`;
      const source = { component: pod.spec.schedulerName ?? "" };
      events.record(pod, source, { type: "Normal", reason: "Scheduled", action: "Binding", message });
    } catch (error) {
      await this.#takeBack(waiting, reservations, error);
    } finally {
      this.#reservations.delete(uid);
    }
  }

  async #takeBack(waiting: WaitingPod, reservations: readonly Reservation[], error: unknown): Promise<void> {
    const { pod } = waiting;
    const uid = pod.metadata.uid ?? "";
    for (const reservation of reservations) reservation.release();
    const current = this.#options.informers.for(pods).get(keyOf(pod));
    if (!current || current.metadata.uid !== uid || current.spec.nodeName) return;
    this.#view.remove(uid);
    this.#take({ what: "pod gone", object: pod });
    this.#queue.putOff(waiting);
    const isExpected = error instanceof BindingError || isNotFound(error) || isConflict(error);
    if (!isExpected) this.#options.log.write("error", `binding ${pod.metadata.name}: ${describeError(error)}`);
    const message = error instanceof Error ? error.message : String(error);
    await this.#report(current, { message, reason: "SchedulerError" });
  }

  async #refuse(waiting: WaitingPod, { plugins }: SchedulerProfile, diagnosis: Diagnosis): Promise<void> {
    const { pod } = waiting;
    const { random } = this.#options;
    this.#queue.park(waiting, diagnosis.rejectors);
    const reason = "Unschedulable";
    const message = fitError(diagnosis);
    if (diagnosis.nodeCount === 0) return this.#report(pod, { message, reason, nominatedNodeName: "" });
    const outcome = preempt(pod, diagnosis, { view: this.#view, plugins, random });
    if ("message" in outcome) {
      const told = `${message} preemption: ${outcome.message}`;
      const cleared = outcome.clearsNomination ? { nominatedNodeName: "" } : {};
      return this.#report(pod, { message: told, reason, ...cleared });
    }
    const nominatedNodeName = outcome.node.name;
    const overtaken = this.#view.nominations.on(nominatedNodeName).filter((one) => priorityOf(one) < priorityOf(pod));
    this.#view.nominations.set(pod, nominatedNodeName);
    try {
      await evict(outcome, pod, this.#options);
    } catch (error) {
      this.#options.log.write("error", `preempting for ${pod.metadata.name}: ${describeError(error)}`);
    }
    for (const one of overtaken) await this.#report(one, { nominatedNodeName: "" });
    await this.#report(pod, { message, reason, nominatedNodeName });
  }

  async #report(pod: Pod, failure: Parameters<typeof reportFailure>[1]): Promise<void> {
    try {
      await reportFailure(pod, failure, this.#options);
    } catch (error) {
      const level = isNotFound(error) || isConflict(error) ? "debug" : "error";
      this.#options.log.write(level, `status of ${pod.metadata.name}: ${describeError(error)}`);
    }
  }
}
