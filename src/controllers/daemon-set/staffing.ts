import type { DaemonSet, Node, Pod } from "../../api/types.gen.ts";
import { nodes } from "../../resources/core/node.ts";
import type { ControllerContext, Requeue } from "../controller.ts";
import { createPod, deletePod, podFrom } from "../pods/pod-control.ts";
import { hasFailed, hasSucceeded, isAvailable, isReady, isTerminating } from "../pods/pod-state.ts";
import { hashOf, revisionLabel, type Snapshot } from "../revisions/history.ts";
import type { FailedPods } from "./failed-pods.ts";
import { component, maxSurgeOf } from "./limits.ts";
import { placementOn, type PodsByNode, specOn } from "./placement.ts";

const generationAnnotation = "deprecated.daemonset.template.generation";

export interface Staff {
  readonly snapshot: Snapshot;
  readonly pods: PodsByNode;
  readonly failures: FailedPods;
}

/** Gives every node that wants one a pod, and takes away what is too much. Failed pods are replaced, at growing intervals. */
export async function fillNodes(
  set: DaemonSet,
  staff: Staff,
  context: ControllerContext,
): Promise<Requeue | undefined> {
  const all = context.informers.for(nodes).list();
  const missing: string[] = [];
  const surplus: Pod[] = [];
  let waitMs = Infinity;
  for (const node of all) {
    const plan = planFor(set, node, staff, context);
    if (plan.isMissing) missing.push(node.metadata.name);
    surplus.push(...plan.surplus);
    waitMs = Math.min(waitMs, plan.waitMs ?? Infinity);
  }
  for (const node of missing) await createDaemonPod(set, { node, snapshot: staff.snapshot }, context);
  for (const pod of surplus) await deletePod(pod, set, component, context);
  await removeStray(set, new Set(all.map(({ metadata }) => metadata.name)), staff, context);
  return Number.isFinite(waitMs) ? { requeueAfterMs: waitMs } : undefined;
}

export async function createDaemonPod(
  set: DaemonSet,
  { node, snapshot }: { node: string; snapshot: Snapshot },
  context: ControllerContext,
): Promise<void> {
  const { template } = set.spec;
  const labels = {
    [revisionLabel]: hashOf(snapshot.revision),
    "pod-template-generation": set.metadata.annotations?.[generationAnnotation] ?? "1",
  };
  const spec = specOn(node, template.spec ?? { containers: [] });
  await createPod(podFrom(template, set, { labels, spec }), set, component, context);
}

interface Plan {
  readonly isMissing: boolean;
  readonly surplus: readonly Pod[];
  /** Until a failed pod may go. */
  readonly waitMs?: number;
}

function planFor(set: DaemonSet, node: Node, { pods, failures, snapshot }: Staff, context: ControllerContext): Plan {
  const there = pods.get(node.metadata.name) ?? [];
  const { shouldRun, mayStay } = placementOn(node, set);
  if (!shouldRun && !mayStay) return { isMissing: false, surplus: there.filter((pod) => !isTerminating(pod)) };
  if (there.length === 0) return { isMissing: shouldRun, surplus: [] };
  const present = there.filter((pod) => !isTerminating(pod));
  const ended = present.filter((pod) => hasFailed(pod) || hasSucceeded(pod));
  const running = present.filter((pod) => !ended.includes(pod));
  const gone: Pod[] = [];
  let waitMs: number | undefined;
  for (const pod of ended) {
    const wait = hasFailed(pod)
      ? failures.waitMs(`${set.metadata.uid ?? ""}/${node.metadata.name}`, context.clock.now())
      : 0;
    if (wait > 0) waitMs = wait;
    else gone.push(pod);
  }
  for (const pod of gone) tellOfEnd(set, pod, context);
  const spare =
    maxSurgeOf(set, 1) > 0 ? spareOfSurge(set, running, { snapshot, now: context.clock.now() }) : running.slice(1);
  return { isMissing: false, surplus: [...gone, ...spare], ...(waitMs === undefined ? {} : { waitMs }) };
}

function tellOfEnd(set: DaemonSet, pod: Pod, { events }: ControllerContext): void {
  const where = `pod ${pod.metadata.namespace ?? ""}/${pod.metadata.name} on node ${pod.spec.nodeName ?? ""}`;
  if (hasFailed(pod)) {
    const message = `Found failed daemon ${where}, will try to kill it`;
    events.record(set, { component }, { type: "Warning", reason: "FailedDaemonPod", message });
    return;
  }
  const message = `Found succeeded daemon ${where}, will try to delete it`;
  events.record(set, { component }, { type: "Normal", reason: "SucceededDaemonPod", message });
}

/** In a surge a node may have an old and a new pod: until the new one is available, or the old one is not ready. */
function spareOfSurge(
  set: DaemonSet,
  running: readonly Pod[],
  { snapshot, now }: { snapshot: Snapshot; now: number },
): readonly Pod[] {
  if (running.length <= 1) return [];
  const hash = hashOf(snapshot.revision);
  const [fresh, ...moreFresh] = running.filter(({ metadata }) => metadata.labels?.[revisionLabel] === hash);
  const [old, ...moreOld] = running.filter(({ metadata }) => metadata.labels?.[revisionLabel] !== hash);
  const isReplaced = fresh && old && (!isReady(old) || isAvailable(fresh, set.spec.minReadySeconds ?? 0, now));
  return [...moreFresh, ...moreOld, ...(isReplaced ? [old] : [])];
}

/** Pods for nodes that are no more and that never got there. */
async function removeStray(
  set: DaemonSet,
  known: ReadonlySet<string>,
  { pods }: Staff,
  context: ControllerContext,
): Promise<void> {
  for (const [node, there] of pods) {
    if (known.has(node)) continue;
    for (const pod of there) {
      if (!pod.spec.nodeName && !isTerminating(pod)) await deletePod(pod, set, component, context);
    }
  }
}
