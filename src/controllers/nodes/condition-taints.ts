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

/**
 * A node's taints, with those that follow from its conditions. Pods are driven out only while other nodes are well.
 * https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/#taint-nodes-by-condition
 */
export function taintsFor(node: Node, { evicts, now }: { evicts: boolean; now: string }): readonly Taint[] {
  const before = node.spec.taints ?? [];
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

function noExecuteTaints(node: Node): Taint[] {
  const ready = readyStatus(node);
  if (ready === "True") return [];
  return [{ key: ready === "False" ? notReady : unreachable, effect: "NoExecute" }];
}

function isOurs({ key, effect }: Taint): boolean {
  if (effect === "NoExecute") return key === notReady || key === unreachable;
  return effect === "NoSchedule" && (key === unschedulable || conditionTaints.some((one) => one.key === key));
}
