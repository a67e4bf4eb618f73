import { quantityValue } from "../../../src/api/quantity.ts";
import type { Node, Pod } from "../../../src/api/types.gen.ts";
import { hasEnded, nameOf, type State } from "../state.ts";
import type { Rule } from "./rule.ts";

/** A pod is on one node for good, no node has more than it can bear, and who has no node has been told why. */
export const placement: Rule = (now, before) => [
  ...moved(now, before),
  ...misplaced(now),
  ...overloaded(now),
  ...forgotten(now),
];

function moved(now: State, before: State | undefined): string[] {
  const placed = new Map((before?.pods ?? []).map(({ metadata, spec }) => [metadata.uid, spec.nodeName]));
  return now.pods.flatMap((pod) => {
    const node = placed.get(pod.metadata.uid);
    const hasMoved = node !== undefined && node !== pod.spec.nodeName;
    return hasMoved ? [`${nameOf(pod)} went from ${node} to ${pod.spec.nodeName}`] : [];
  });
}

/** What kubelets tell of is what has been given to them. */
function misplaced({ pods, running }: State): string[] {
  return [...running].flatMap(([node, uids]) => {
    const given = pods.filter(({ spec }) => spec.nodeName === node);
    const known = new Set(given.map(({ metadata }) => metadata.uid));
    const strange = uids.filter((uid) => !known.has(uid)).map((uid) => `${node} runs ${uid}, which is not its own`);
    const missing = given.filter((pod) => !hasEnded(pod) && !uids.includes(pod.metadata.uid ?? ""));
    return [...strange, ...missing.map((pod) => `${node} does not know ${nameOf(pod)}`)];
  });
}

function overloaded({ nodes, pods }: State): string[] {
  return nodes.flatMap((node) => {
    const present = pods.filter((pod) => pod.spec.nodeName === node.metadata.name && !hasEnded(pod));
    const cores = present.reduce((sum, pod) => sum + coresOf(pod), 0);
    const room = coresIn(node);
    return cores > room + 1e-9 ? [`${nameOf(node)} has ${cores} of ${room} cores in use`] : [];
  });
}

function coresOf({ spec }: Pod): number {
  return spec.containers.reduce((sum, { resources }) => sum + quantityValue(resources?.requests?.["cpu"] ?? "0"), 0);
}

function coresIn({ status }: Node): number {
  return quantityValue(status?.allocatable?.["cpu"] ?? "0");
}

function forgotten({ pods }: State): string[] {
  return pods.flatMap((pod) => {
    const isTold = pod.status?.conditions?.some(({ type, status }) => type === "PodScheduled" && status === "False");
    return pod.spec.nodeName || isTold || pod.metadata.deletionTimestamp ? [] : [`${nameOf(pod)} has no node`];
  });
}
