import { keyOf, sameTree } from "../api/object.ts";
import type { Binding, Node, Pod, PodCondition } from "../api/types.gen.ts";
import type { Client, WatchEvent } from "../client/client.ts";
import type { EventRecorder } from "../client/events.ts";
import type { Informers } from "../client/informer.ts";
import { WorkQueue } from "../client/work-queue.ts";
import { nodes } from "../resources/core/node.ts";
import { pods } from "../resources/core/pod.ts";
import { type Clock, timestamp } from "../sim/clock.ts";
import { describeError, type Log } from "../sim/log.ts";
import { NodeInfo } from "./node-info.ts";
import type { SchedulerPlugin } from "./plugin.ts";
import { schedulerPlugins } from "./plugins/index.ts";

export interface SchedulerOptions {
  readonly client: Client;
  readonly informers: Informers;
  readonly events: EventRecorder;
  readonly clock: Clock;
  readonly log: Log;
  readonly plugins?: readonly SchedulerPlugin[];
}

const name = "default-scheduler";

/** A node with why it was refused, or its score. */
export interface Verdict {
  readonly node: string;
  readonly refusal?: string;
  readonly score: number;
}

/** Puts each pod without a node on the best one that takes it. https://kubernetes.io/docs/concepts/scheduling-eviction/kube-scheduler/ */
export class Scheduler {
  readonly #options: SchedulerOptions;
  readonly #plugins: readonly SchedulerPlugin[];
  readonly #nodes = new Map<string, NodeInfo>();
  readonly #unschedulable = new Set<string>();
  readonly #queue: WorkQueue;
  readonly #stops: (() => void)[];

  constructor(options: SchedulerOptions) {
    this.#options = options;
    this.#plugins = options.plugins ?? schedulerPlugins;
    this.#queue = new WorkQueue({
      clock: options.clock,
      handle: (id) => this.#schedule(id),
      onError: (id, error) => options.log.write("debug", `${name}: ${id}: ${describeError(error)}`),
    });
    this.#stops = [
      options.informers.for(nodes).onChange((event) => this.#takeNode(event)),
      options.informers.for(pods).onChange((event) => this.#takePod(event)),
    ];
  }

  stop(): void {
    for (const stop of this.#stops) stop();
    this.#queue.stop();
  }

  /** What every plugin says of every node, best first. */
  explain(pod: Pod): readonly Verdict[] {
    const infos = [...this.#nodes.values()];
    const verdicts = infos.map((info) => this.#judge(pod, info, infos));
    return verdicts.toSorted((a, b) => Number(a.refusal !== undefined) - Number(b.refusal !== undefined) || b.score - a.score);
  }

  #takeNode({ type, object, previous }: WatchEvent<Node>): void {
    const known = this.#nodes.get(object.metadata.name);
    if (type === "DELETED") this.#nodes.delete(object.metadata.name);
    else if (known) known.setNode(object);
    else this.#addNode(object);
    const changed = !previous || !sameTree(placeOf(previous), placeOf(object));
    if (type !== "DELETED" && changed) this.#retryUnschedulable();
  }

  #addNode(node: Node): void {
    const info = new NodeInfo(node);
    this.#nodes.set(info.name, info);
    for (const pod of this.#options.informers.for(pods).list()) {
      if (pod.spec.nodeName === info.name && !hasEnded(pod)) info.addPod(pod);
    }
  }

  #takePod({ type, object, previous }: WatchEvent<Pod>): void {
    const { nodeName } = object.spec;
    const info = nodeName ? this.#nodes.get(nodeName) : undefined;
    const isOver = type === "DELETED" || hasEnded(object);
    if (info && isOver) {
      info.removePod(object.metadata.uid ?? "");
      this.#retryUnschedulable();
    } else if (info && previous?.spec !== object.spec) {
      info.addPod(object);
    }
    const id = idOf(object);
    if (nodeName || isOver) this.#unschedulable.delete(id);
    else if (isMine(object) && previous?.spec !== object.spec) this.#queue.add(id);
  }

  /** Something has changed that may help those who found no place. */
  #retryUnschedulable(): void {
    for (const id of this.#unschedulable) this.#queue.add(id);
  }

  async #schedule(id: string): Promise<void> {
    const [namespace = "", podName = ""] = id.split("/");
    const pod = this.#options.informers.for(pods).get({ namespace, name: podName });
    if (!pod || pod.spec.nodeName || pod.metadata.deletionTimestamp || !isMine(pod)) return;
    if ((pod.spec.schedulingGates ?? []).length > 0) return;
    const infos = [...this.#nodes.values()];
    const verdicts = infos.map((info) => this.#judge(pod, info, infos));
    const best = bestOf(verdicts);
    if (best) await this.#bind(pod, best.node);
    else await this.#refuse(pod, verdicts);
  }

  #judge(pod: Pod, info: NodeInfo, infos: readonly NodeInfo[]): Verdict {
    const state = { nodes: infos };
    for (const plugin of this.#plugins) {
      const refusal = plugin.filter?.(pod, info, state);
      if (refusal !== undefined) return { node: info.name, refusal, score: 0 };
    }
    let score = 0;
    for (const { score: rate, weight = 1 } of this.#plugins) if (rate) score += weight * rate(pod, info, state);
    return { node: info.name, score };
  }

  async #bind(pod: Pod, node: string): Promise<void> {
    const { client, events } = this.#options;
    const { name: podName, namespace = "", uid = "" } = pod.metadata;
    const binding: Binding = {
      apiVersion: "v1",
      kind: "Binding",
      metadata: { name: podName, namespace, uid },
      target: { apiVersion: "v1", kind: "Node", name: node },
    };
    await client.createSubresource(pods, keyOf(pod), "binding", binding);
    this.#unschedulable.delete(idOf(pod));
    const message = `Successfully assigned ${namespace}/${podName} to ${node}`;
    events.record(pod, { component: name }, { type: "Normal", reason: "Scheduled", message });
  }

  async #refuse(pod: Pod, verdicts: readonly Verdict[]): Promise<void> {
    const { client, clock, events } = this.#options;
    this.#unschedulable.add(idOf(pod));
    const message = refusalMessage(verdicts);
    const before = pod.status?.conditions?.find(({ type }) => type === "PodScheduled");
    if (before?.message === message) return;
    const condition: PodCondition = {
      type: "PodScheduled",
      status: "False",
      reason: "Unschedulable",
      message,
      lastTransitionTime: before?.lastTransitionTime ?? timestamp(clock),
    };
    const others = (pod.status?.conditions ?? []).filter(({ type }) => type !== "PodScheduled");
    await client.updateStatus(pods, { ...pod, status: { ...pod.status, conditions: [...others, condition] } });
    events.record(pod, { component: name }, { type: "Warning", reason: "FailedScheduling", message });
  }
}

/** `0/3 nodes are available: 1 Insufficient cpu, 2 node(s) were unschedulable. preemption: …` */
function refusalMessage(verdicts: readonly Verdict[]): string {
  if (verdicts.length === 0) return "no nodes available to schedule pods";
  const counts = new Map<string, number>();
  for (const { refusal = "" } of verdicts) counts.set(refusal, (counts.get(refusal) ?? 0) + 1);
  const reasons = [...counts].map(([reason, count]) => `${count} ${reason}`).toSorted();
  const total = verdicts.length;
  const preemptible = verdicts.filter(({ refusal = "" }) => /^(?:Insufficient|Too many pods|node\(s\) didn't have free)/u.test(refusal)).length;
  const causes = [
    ...(preemptible > 0 ? [`${preemptible} No preemption victims found for incoming pod`] : []),
    ...(total > preemptible ? [`${total - preemptible} Preemption is not helpful for scheduling`] : []),
  ];
  return `0/${total} nodes are available: ${reasons.join(", ")}. preemption: 0/${total} nodes are available: ${causes.join(", ")}.`;
}

function bestOf(verdicts: readonly Verdict[]): Verdict | undefined {
  let best: Verdict | undefined;
  for (const verdict of verdicts) {
    if (verdict.refusal === undefined && (!best || verdict.score > best.score)) best = verdict;
  }
  return best;
}

function isMine({ spec }: Pod): boolean {
  return (spec.schedulerName ?? name) === name;
}

function hasEnded({ status }: Pod): boolean {
  return status?.phase === "Succeeded" || status?.phase === "Failed";
}

/** What of a node matters to scheduling. */
function placeOf({ metadata, spec, status }: Node): unknown {
  return { labels: metadata.labels, spec, allocatable: status?.allocatable };
}

function idOf({ metadata }: Pod): string {
  return `${metadata.namespace ?? ""}/${metadata.name}`;
}
