import { sameTree } from "../api/object.ts";
import type { ContainerImage, Lease, Node, NodeCondition } from "../api/types.gen.ts";
import { leases } from "../resources/coordination/lease.ts";
import { nodes } from "../resources/core/node.ts";
import { microTimestamp, timestamp } from "../sim/clock.ts";
import { describeError } from "../sim/log.ts";
import type { NodeContext } from "./node-context.ts";
import { conditionEvent, nodeConditions } from "./node-status.ts";

const leaseSeconds = 40;
const beatMs = 10_000;
/** How often the status is written when there is nothing new in it. */
const reportMs = 300_000;

/** Says again and again that the node lives: its lease every 10 s, its status when it changes and every 5 minutes. */
export class NodeHeartbeat {
  readonly #context: NodeContext;
  readonly #pressure: () => readonly string[];
  #reportedAt = 0;
  #images: readonly ContainerImage[] = [];
  #cancel = (): void => {};

  constructor(context: NodeContext, pressure: () => readonly string[]) {
    this.#context = context;
    this.#pressure = pressure;
  }

  /** `node` has just been written. */
  async start(): Promise<void> {
    this.#reportedAt = this.#context.clock.now();
    await this.#renewLease();
    this.#arm();
  }

  stop(): void {
    this.#cancel();
  }

  /** The conditions have changed. */
  reportSoon(): void {
    this.#logged(this.#report());
  }

  #arm(): void {
    this.#cancel = this.#context.clock.after(beatMs, () => {
      this.#arm();
      this.#logged(this.#beat());
    });
  }

  #logged(work: Promise<void>): void {
    work.catch((error: unknown) => {
      this.#context.log.write("warn", `heartbeat of ${this.#context.name}: ${describeError(error)}`);
    });
  }

  async #beat(): Promise<void> {
    await this.#renewLease();
    await this.#report();
  }

  async #report(): Promise<void> {
    const { clock, name, informers, client, puller } = this.#context;
    const node = informers.for(nodes).get({ namespace: "", name });
    if (!node) return;
    const { images } = puller;
    const conditions = conditionsFor(node, timestamp(clock), this.#pressure());
    this.#tellChanges(node, conditions);
    const allocatable = allocatableOf(node);
    const isNews =
      images.length !== this.#images.length ||
      Object.keys(allocatable).length > 0 ||
      !sameVerdicts(conditions, node.status?.conditions ?? []);
    if (!isNews && clock.now() - this.#reportedAt < reportMs) return;
    this.#reportedAt = clock.now();
    this.#images = images;
    await client.patch(nodes, { namespace: "", name }, { status: { conditions, images, allocatable } }, "status");
  }

  #tellChanges(node: Node, conditions: readonly NodeCondition[]): void {
    const { events, name } = this.#context;
    for (const condition of conditions) {
      const before = node.status?.conditions?.find(({ type }) => type === condition.type);
      if (!before || before.status === condition.status) continue;
      const reason = conditionEvent(condition);
      const message = `Node ${name} status is now: ${reason}`;
      events.record(node, { component: "kubelet", host: name }, { type: "Normal", reason, message });
    }
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

/** All is well now, but for `pressure`; what is not the kubelet's to say stays as it is. */
export function conditionsFor({ status }: Node, now: string, pressure: readonly string[] = []): NodeCondition[] {
  const before = status?.conditions ?? [];
  const own = nodeConditions(now, now, pressure).map((condition) => {
    const known = before.find(({ type }) => type === condition.type);
    if (known?.status !== condition.status) return condition;
    return Object.assign(condition, { lastTransitionTime: known.lastTransitionTime ?? now });
  });
  return [...own, ...before.filter(({ type }) => !own.some((one) => one.type === type))];
}

/**
 * What has to change in what pods may have: a resource that someone has put into the capacity is all theirs.
 * https://kubernetes.io/docs/tasks/administer-cluster/extended-resource-node/
 */
function allocatableOf({ status }: Node): Readonly<Record<string, string | null>> {
  const { capacity = {}, allocatable = {} } = status ?? {};
  const added = Object.entries(capacity).filter(([name]) => allocatable[name] === undefined);
  const grown = Object.entries(capacity).filter(([name, amount]) => isExtended(name) && allocatable[name] !== amount);
  const gone = Object.keys(allocatable).filter((name) => isExtended(name) && capacity[name] === undefined);
  return { ...Object.fromEntries([...added, ...grown]), ...Object.fromEntries(gone.map((name) => [name, null])) };
}

function isExtended(name: string): boolean {
  return name.includes("/") && !name.startsWith("kubernetes.io/");
}

function sameVerdicts(now: readonly NodeCondition[], before: readonly NodeCondition[]): boolean {
  const verdicts = (conditions: readonly NodeCondition[]): unknown =>
    conditions.map(({ type, status }) => [type, status]);
  return sameTree(verdicts(now), verdicts(before));
}
