import type { Node, Taint } from "../../api/types.gen.ts";
import { readyStatus } from "./node-health.ts";

const prefix = "node.kubernetes.io/";
/** Which taint goes with which verdict of which condition. */
const conditionTaints = [
  { type: "MemoryPressure", status: "True", key: `${prefix}memory-pressure` },
  { type: "DiskPressure", status: "True", key: `${prefix}disk-pressure` },
  { type: "PIDPressure", status: "True", key: `${prefix}pid-pressure` },
  { type: "NetworkUnavailable", status: "True", key: `${prefix}network-unavailable` },
  { type: "Ready", status: "False", key: `${prefix}not-ready` },
  { type: "Ready", status: "Unknown", key: `${prefix}unreachable` },
];
const notReady = `${prefix}not-ready`;
const unreachable = `${prefix}unreachable`;
const unschedulable = `${prefix}unschedulable`;

/** Which pods are driven out: none, or those of a node that is not well, once it is its turn. */
export type Eviction = "never" | "when it may" | "now";

/**
 * A node's taints, with those that follow from its conditions. One that drives pods out turns into the other at once.
 * https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/#taint-nodes-by-condition
 */
export function taintsFor(node: Node, { eviction, now }: { eviction: Eviction; now: string }): readonly Taint[] {
  const before = node.spec.taints ?? [];
  const evicts = eviction === "now" || (eviction === "when it may" && isBeingEmptied(node));
  const wanted = [...noScheduleTaints(node), ...(evicts ? noExecuteTaints(node) : [])];
  const same = (a: Taint, b: Taint): boolean => a.key === b.key && a.effect === b.effect;
  const kept = before.filter((taint) => !isOurs(taint) || wanted.some((one) => same(one, taint)));
  const added = wanted.filter((taint) => !before.some((one) => same(one, taint)));
  return [...kept, ...added.map((taint) => ({ ...taint, timeAdded: now }))];
}

function noScheduleTaints({ spec, status }: Node): Taint[] {
  const conditions = status?.conditions ?? [];
  const keys = conditionTaints
    .filter(({ type, status: wanted }) => conditions.some((one) => one.type === type && one.status === wanted))
    .map(({ key }) => key);
  return [...keys, ...(spec.unschedulable ? [unschedulable] : [])].map((key) => ({ key, effect: "NoSchedule" }));
}

/** Not well, and its pods are not yet being driven out. */
export function awaitsEviction(node: Node): boolean {
  return readyStatus(node) !== "True" && !isBeingEmptied(node);
}

function isBeingEmptied({ spec }: Node): boolean {
  return spec.taints?.some((taint) => taint.effect === "NoExecute" && isOurs(taint)) ?? false;
}

function noExecuteTaints(node: Node): Taint[] {
  const ready = readyStatus(node);
  if (ready === "True") return [];
  return [{ key: ready === "False" ? notReady : unreachable, effect: "NoExecute" }];
}

function isOurs({ key, effect }: Taint): boolean {
  if (effect === "NoExecute") return key === notReady || key === unreachable;
  return effect === "NoSchedule" && (key === unschedulable || conditionTaints.some((one) => one.key === key));
}
