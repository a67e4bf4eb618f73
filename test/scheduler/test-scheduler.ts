import type { KubeObject } from "../../src/api/object.ts";
import type { Event, Node, Pod } from "../../src/api/types.gen.ts";
import { localClient } from "../../src/apiserver/local-client.ts";
import { bindingSubresource } from "../../src/apiserver/subresources/binding.ts";
import { SubresourceTable } from "../../src/apiserver/subresources/subresource.ts";
import type { Client } from "../../src/client/client.ts";
import { EventRecorder } from "../../src/client/events.ts";
import { Informers } from "../../src/client/informer.ts";
import { events } from "../../src/resources/core/event.ts";
import { nodes } from "../../src/resources/core/node.ts";
import { pods } from "../../src/resources/core/pod.ts";
import { Scheduler } from "../../src/scheduler/scheduler.ts";
import { Random } from "../../src/sim/random.ts";
import type { VirtualClock } from "../../src/sim/virtual-clock.ts";
import { createTestRegistry, pod as podObject } from "../apiserver/test-registry.ts";

/** A scheduler over an API server, without kubelets or controllers: pods stay where they are put. */
export interface TestScheduler {
  readonly scheduler: Scheduler;
  readonly client: Client;
  readonly clock: VirtualClock;
  /** What was logged as an error: a bug. */
  readonly errors: readonly string[];
  /** Any object; in namespace `team` unless it says otherwise. */
  create(object: object): Promise<KubeObject>;
  /** With 4 cpus, 8Gi and 110 pods unless told otherwise. */
  addNode(name: string, parts?: NodeParts): Promise<void>;
  updateNode(name: string, parts: NodeParts): Promise<void>;
  /** Resolves when the scheduler has nothing left to do. */
  run(name: string, spec?: object, metadata?: object): Promise<Pod>;
  get(name: string): Promise<Pod>;
  nodeOf(name: string): Promise<string | undefined>;
  remove(name: string): Promise<void>;
  /** What the pod's status says of its scheduling. */
  complaint(name: string): Promise<string | undefined>;
  /** `Reason: message xN`, in order of appearance. */
  events(name: string): Promise<readonly string[]>;
}

export interface NodeParts {
  readonly labels?: Readonly<Record<string, string>>;
  readonly taints?: readonly object[];
  readonly unschedulable?: boolean;
  readonly allocatable?: Readonly<Record<string, string>>;
  readonly images?: readonly object[];
}

const namespace = "team";

export async function startTestScheduler(): Promise<TestScheduler> {
  const { registry, clock, create } = await createTestRegistry();
  const table = new SubresourceTable([bindingSubresource]);
  const client = localClient(registry, table, "kube-scheduler");
  const errors: string[] = [];
  const log = { write: (level: string, text: string) => void (level === "error" && errors.push(text)) };
  const informers = new Informers(client);
  const recorder = new EventRecorder({ clientOf: () => client, events, clock, log, host: "control-plane" });
  const scheduler = new Scheduler({ client, informers, events: recorder, clock, random: new Random(1), log });
  const get = async (name: string): Promise<Pod> => {
    const found = await client.get(pods, { namespace, name });
    if (!found) throw new Error(`no pod ${name}`);
    return found;
  };
  return {
    scheduler,
    client,
    clock,
    errors,
    create,
    get,
    async addNode(name, parts = {}) {
      await create(nodeObject(name, parts));
      await clock.settle();
    },
    async updateNode(name, parts) {
      const current = await client.get(nodes, { namespace: "", name });
      const { metadata, spec, status } = nodeObject(name, parts);
      if (!current) throw new Error(`no node ${name}`);
      await client.update(nodes, { ...current, metadata: { ...current.metadata, ...metadata }, spec });
      await client.patch(nodes, { namespace: "", name }, { status }, "status");
      await clock.settle();
    },
    async run(name, spec = {}, metadata = {}) {
      await create(podObject(name, spec, metadata));
      await clock.settle();
      return get(name);
    },
    nodeOf: async (name) => (await get(name)).spec.nodeName,
    async remove(name) {
      await client.delete(pods, { namespace, name }, { gracePeriodSeconds: 0 });
      await clock.settle();
    },
    complaint: async (name) =>
      (await get(name)).status?.conditions?.find(({ type, status }) => type === "PodScheduled" && status === "False")
        ?.message,
    events: async (name) =>
      (await client.list(events, namespace))
        .filter(({ involvedObject }) => involvedObject.name === name)
        .map((event) => eventText(event)),
  };
}

function eventText({ reason = "", message = "", series: { count = 1 } = {} }: Event): string {
  return `${reason}: ${message}${count > 1 ? ` x${count}` : ""}`;
}

function nodeObject(name: string, parts: NodeParts): Node {
  const { labels = {}, taints = [], unschedulable = false, allocatable = {}, images = [] } = parts;
  const amounts = { cpu: "4", memory: "8Gi", pods: "110", "ephemeral-storage": "100Gi", ...allocatable };
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name, labels: { "kubernetes.io/hostname": name, ...labels } },
    spec: { ...(taints.length > 0 ? { taints } : {}), ...(unschedulable ? { unschedulable } : {}) },
    status: { allocatable: amounts, capacity: amounts, images },
  } as Node;
}

/** A container that asks for something. */
export function asking(requests: Readonly<Record<string, string>>, rest: object = {}): object {
  return { name: "app", image: "app", resources: { requests, limits: extended(requests) }, ...rest };
}

/** Extended resources cannot be overcommitted: they are limited to what is asked for. */
function extended(requests: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(requests).filter(([name]) => name.includes("/")));
}
