import { keyOf, type ObjectKey, sameTree } from "../../api/object.ts";
import type { Node, Pod } from "../../api/types.gen.ts";
import type { WatchEvent } from "../../client/client.ts";
import type { Informers } from "../../client/informer.ts";
import { leases } from "../../resources/coordination/lease.ts";
import { nodes } from "../../resources/core/node.ts";
import { pods } from "../../resources/core/pod.ts";
import { timestamp } from "../../sim/clock.ts";
import { type Controller, type ControllerContext, watching } from "../controller.ts";
import { isReady } from "../pods/pod-state.ts";
import { awaitsEviction, type Eviction, taintsFor } from "./condition-taints.ts";
import { EvictionPace } from "./eviction-pace.ts";
import { graceMs, healthOf, lostConditions, readyStatus } from "./node-health.ts";
import { indexPodsByNode, podsOnNode } from "./pods-on-node.ts";

const component = "node-controller";

/** Notices nodes that have fallen silent, and taints nodes by their conditions. https://kubernetes.io/docs/concepts/architecture/nodes/#node-controller */
export function nodeLifecycleController(): Controller<Node> {
  /** Names of the nodes that have been announced. */
  const registered = new Set<string>();
  const pace = new EvictionPace();
  return {
    name: "node-lifecycle-controller",
    reconciles: nodes,
    watches: [
      // Whether pods are driven out of one node depends on all.
      watching(nodes, (event, { informers }) => (sameHealth(event) ? [] : allNodes(informers))),
      // A pod that comes to a lost node is not ready either.
      watching(pods, ({ object, previous }) => (isUnheardOf(object, previous) ? [nodeKey(object)] : [])),
    ],

    start({ informers }) {
      indexPodsByNode(informers);
    },

    async reconcile(key, context) {
      const node = context.informers.for(nodes).get(key);
      if (!node) {
        if (registered.delete(key.name))
          tell(
            key.name,
            key.name,
            { reason: "RemovingNode", text: `Removing Node ${key.name} from Controller` },
            context,
          );
        return undefined;
      }
      if (!registered.has(key.name)) {
        registered.add(key.name);
        tell(
          key.name,
          node.metadata.uid ?? "",
          { reason: "RegisteredNode", text: `Registered Node ${key.name} in Controller` },
          context,
        );
      }
      const { lostAt } = healthOf(node, renewTimeOf(key.name, context.informers));
      const waitMs = lostAt - context.clock.now();
      const current = waitMs > 0 ? node : await declareLost(node, context);
      const turnMs = await taint(current, pace, context);
      if (readyStatus(current) !== "True") await markPodsNotReady(current, context);
      return { requeueAfterMs: Math.min(turnMs, waitMs > 0 ? waitMs : graceMs) };
    },
  };
}

function allNodes(informers: Informers): readonly ObjectKey[] {
  return informers
    .for(nodes)
    .list()
    .map((node) => keyOf(node));
}

function sameHealth({ type, object, previous }: WatchEvent<Node>): boolean {
  return type === "MODIFIED" && previous !== undefined && readyStatus(previous) === readyStatus(object);
}

function isUnheardOf(pod: Pod, previous: Pod | undefined): boolean {
  return pod.spec.nodeName !== undefined && isReady(pod) && !(previous && isReady(previous));
}

function nodeKey({ spec }: Pod): ObjectKey {
  return { namespace: "", name: spec.nodeName ?? "" };
}

function renewTimeOf(name: string, informers: Informers): string | undefined {
  return informers.for(leases).get({ namespace: "kube-node-lease", name })?.spec.renewTime;
}

async function declareLost(node: Node, context: ControllerContext): Promise<Node> {
  const conditions = lostConditions(node, timestamp(context.clock));
  if (sameTree(conditions, node.status?.conditions)) return node;
  if (readyStatus(node) === "True") {
    const { name, uid = "" } = node.metadata;
    const reference = { apiVersion: "v1", kind: "Node", name, uid };
    const message = `Node ${name} status is now: NodeNotReady`;
    context.events.recordFor(reference, { component }, { type: "Normal", reason: "NodeNotReady", message });
  }
  return context.client.patch(nodes, keyOf(node), { status: { conditions } }, "status");
}

/** Returns in how many ms its pods may be driven out. */
async function taint(node: Node, pace: EvictionPace, context: ControllerContext): Promise<number> {
  const { client, clock } = context;
  const turnMs = awaitsEviction(node) ? turnOf(node, pace, context) : Infinity;
  const eviction = evictionOf(node, turnMs, context);
  const taints = taintsFor(node, { eviction, now: timestamp(clock) });
  if (!sameTree(taints, node.spec.taints ?? [])) {
    await client.patch(nodes, keyOf(node), { spec: { taints: taints.length > 0 ? taints : null } });
  }
  return turnMs === 0 ? Infinity : turnMs;
}

function turnOf(node: Node, pace: EvictionPace, { informers, clock }: ControllerContext): number {
  const now = clock.now();
  const all = informers.for(nodes).list();
  const lost = new Set(all.filter((one) => !isWell(one, informers, now)));
  return lost.size === all.length ? Infinity : pace.waitMs(node, { nodes: all, lost, now });
}

/** When no node is well the fault is more likely here than there: then nobody is driven out. */
function evictionOf(node: Node, turnMs: number, { informers, clock }: ControllerContext): Eviction {
  if (turnMs === 0) return "now";
  if (readyStatus(node) === "True") return "when it may";
  const isAnyWell = informers
    .for(nodes)
    .list()
    .some((one) => isWell(one, informers, clock.now()));
  return isAnyWell ? "when it may" : "never";
}

/** One whose silence has become too long is lost, even if its status does not say so yet. */
function isWell(node: Node, informers: Informers, now: number): boolean {
  return readyStatus(node) === "True" && healthOf(node, renewTimeOf(node.metadata.name, informers)).lostAt > now;
}

async function markPodsNotReady(node: Node, { client, informers, events, clock }: ControllerContext): Promise<void> {
  const now = timestamp(clock);
  for (const pod of podsOnNode(node.metadata.name, informers)) {
    if (!isReady(pod)) continue;
    const conditions = (pod.status?.conditions ?? []).map((one) =>
      one.type === "Ready" ? { ...one, status: "False", lastTransitionTime: now } : one,
    );
    await client.patch(pods, keyOf(pod), { status: { conditions } }, "status");
    events.record(pod, { component }, { type: "Warning", reason: "NodeNotReady", message: "Node is not ready" });
  }
}

function tell(
  name: string,
  uid: string,
  { reason, text }: { reason: string; text: string },
  { events }: ControllerContext,
): void {
  const reference = { apiVersion: "v1", kind: "Node", name, uid };
  events.recordFor(reference, { component }, { type: "Normal", reason, message: `Node ${name} event: ${text}` });
}
