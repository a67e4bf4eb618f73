import { readAll } from "../../src/api/bytes.ts";
import { ApiError } from "../../src/api/status.ts";
import type { Pod, PodSpec, PodStatus } from "../../src/api/types.gen.ts";
import type { Client } from "../../src/client/client.ts";
import type { LogOptions, NodeAgents } from "../../src/client/node-agents.ts";
import { bootstrap, createControlPlane } from "../../src/cluster/control-plane.ts";
import { startNode } from "../../src/cluster/nodes.ts";
import { createImageCatalogue } from "../../src/images/catalogue.ts";
import { builtinImages } from "../../src/images/index.ts";
import type { Pace } from "../../src/kubelet/image-source.ts";
import type { Kubelet } from "../../src/kubelet/kubelet.ts";
import { createNodeAgents } from "../../src/kubelet/node-agents.ts";
import type { Network } from "../../src/network/network.ts";
import { createNetwork } from "../../src/network/simulated-network.ts";
import { programs } from "../../src/programs/index.ts";
import { configMaps } from "../../src/resources/core/config-map.ts";
import { events } from "../../src/resources/core/event.ts";
import { pods } from "../../src/resources/core/pod.ts";
import { serviceAccounts } from "../../src/resources/core/service-account.ts";
import type { Image } from "../../src/runtime/image.ts";
import { SharedMemory } from "../../src/runtime/kernel/memory.ts";
import { shellTools } from "../../src/shell/index.ts";
import { Random } from "../../src/sim/random.ts";
import { VirtualClock } from "../../src/sim/virtual-clock.ts";

/** An API server and one node with its kubelet, on a virtual clock. */
export interface TestNode {
  readonly clock: VirtualClock;
  readonly client: Client;
  readonly kubelet: Kubelet;
  readonly network: Network;
  readonly agents: NodeAgents;
  /** What was logged as an error: a bug. */
  readonly errors: readonly string[];
  /** Puts a pod on the node; resolves when everything has settled. */
  run(name: string, spec: Partial<PodSpec>, metadata?: Partial<Pod["metadata"]>): Promise<void>;
  pod(name: string): Promise<Pod>;
  status(name: string): Promise<PodStatus>;
  exists(name: string): Promise<boolean>;
  /** `reason message xN` in order of first appearance. */
  events(name: string): Promise<readonly string[]>;
  logs(name: string, container: string, options?: LogOptions): Promise<string>;
  /** Output and exit code. */
  exec(name: string, container: string, script: string): Promise<string>;
  remove(name: string, gracePeriodSeconds?: number): Promise<void>;
}

export interface TestNodeOptions {
  readonly images?: readonly Image[];
  readonly pace?: Pace;
}

const namespace = "default";
const hostIp = "172.18.0.1";

type Parts = Pick<TestNode, "clock" | "client" | "kubelet" | "network" | "agents" | "errors">;

export async function startTestNode(options: TestNodeOptions = {}): Promise<TestNode> {
  const parts = await startParts(options);
  await parts.clock.settle();
  return { ...parts, ...podActions(parts), ...containerActions(parts) };
}

async function startParts({
  images = [],
  pace = { pullMs: 0, startMs: 0, noticeMs: 1000 },
}: TestNodeOptions): Promise<Parts> {
  const clock = new VirtualClock();
  const random = new Random(1);
  const errors: string[] = [];
  const log = {
    write(level: string, message: string) {
      if (level === "error" || level === "warn") errors.push(message);
    },
  };
  const world = { clock, random, log };
  const network = createNetwork({ clock, random: random.fork("network") });
  network.addHost(hostIp);
  const kubelets = new Map<string, Kubelet>();
  const agents = createNodeAgents({ kubelets, network, hostIp, clock });
  const plane = createControlPlane({ world, agents, tokenSecret: new Uint8Array(32) });
  await bootstrap(plane, { ip: hostIp, port: 6443 });
  const client = plane.clientFor("test");
  await createDefaults(client);
  const kubelet = await startNode(1, {
    world,
    network,
    kubelets,
    pace,
    client: plane.clientFor("kubelet"),
    informers: plane.informers,
    events: plane.events,
    images: createImageCatalogue({ images: [...images, ...builtinImages], unknownImages: "fail" }),
    tools: [...programs, ...shellTools],
    sharedMemory: new SharedMemory(),
    lookup: () => Promise.resolve([]),
    disks: new Map(),
  });
  return { clock, client, kubelet, network, agents, errors };
}

/** What controllers put into every namespace. */
async function createDefaults(client: Client): Promise<void> {
  const metadata = { name: "default", namespace };
  await client.create(serviceAccounts, { apiVersion: "v1", kind: "ServiceAccount", metadata });
  const rootCa = { name: "kube-root-ca.crt", namespace };
  await client.create(configMaps, { apiVersion: "v1", kind: "ConfigMap", metadata: rootCa, data: { "ca.crt": "CA" } });
}

async function podNamed(client: Client, name: string): Promise<Pod> {
  const found = await client.get(pods, { namespace, name });
  if (!found) throw new Error(`no pod ${name}`);
  return found;
}

type PodActions = Pick<TestNode, "run" | "pod" | "status" | "exists" | "events" | "remove">;

function podActions({ client, clock, kubelet }: Parts): PodActions {
  return {
    async run(name, spec, metadata = {}) {
      const whole = { containers: [], ...spec, nodeName: kubelet.name };
      const pod: Pod = { apiVersion: "v1", kind: "Pod", metadata: { ...metadata, name, namespace }, spec: whole };
      await client.create(pods, pod);
      await clock.settle();
    },
    pod: (name) => podNamed(client, name),
    status: async (name) => (await podNamed(client, name)).status ?? {},
    exists: async (name) => (await client.get(pods, { namespace, name })) !== undefined,
    async events(name) {
      const all = await client.list(events, namespace);
      return all
        .filter(({ involvedObject }) => involvedObject.name === name)
        .map(({ reason, message, count = 1 }) => `${reason ?? ""} ${message ?? ""}${count > 1 ? ` x${count}` : ""}`);
    },
    async remove(name, gracePeriodSeconds) {
      await client.delete(pods, { namespace, name }, gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds });
      await clock.settle();
    },
  };
}

function containerActions({ client, agents }: Parts): Pick<TestNode, "logs" | "exec"> {
  return {
    async logs(name, container, options = {}) {
      const body = await agents.logs({ pod: await podNamed(client, name), container }, options);
      return Buffer.from(await readAll(body)).toString();
    },
    async exec(name, container, script) {
      const chunks: Uint8Array[] = [];
      const sink = { write: async (bytes: Uint8Array) => void chunks.push(bytes.slice()), close: () => {} };
      const streams = { stdout: sink, stderr: sink, tty: false, hangUp: new AbortController().signal };
      const pod = await podNamed(client, name);
      const code = await agents.exec({ pod, container }, ["sh", "-c", script], streams);
      return `${Buffer.concat(chunks).toString()}${code === 0 ? "" : `exit ${code}\n`}`;
    },
  };
}

/** The message of the ApiError that `work` fails with. */
export async function refusal(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (error instanceof ApiError) return error.message;
    throw error;
  }
  throw new Error("it was not refused");
}

/** A container of busybox that runs a shell script. */
export function shell(script: string, more: object = {}): PodSpec["containers"][number] {
  return { name: "main", image: "busybox:1.36", command: ["sh", "-c", script], ...more };
}
