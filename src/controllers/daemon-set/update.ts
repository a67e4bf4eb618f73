import type { DaemonSet, Node, Pod } from "../../api/types.gen.ts";
import { nodes } from "../../resources/core/node.ts";
import type { ControllerContext } from "../controller.ts";
import { deletePod } from "../pods/pod-control.ts";
import { isAvailable } from "../pods/pod-state.ts";
import { hashOf, revisionLabel, type Snapshot } from "../revisions/history.ts";
import { component, maxSurgeOf, maxUnavailableOf } from "./limits.ts";
import { generationsOf, placementOn, type PodsByNode } from "./placement.ts";
import { createDaemonPod } from "./staffing.ts";

/**
 * Replaces pods of older templates, node by node: first goes, then comes; or, with a surge, first comes, then goes.
 * https://kubernetes.io/docs/tasks/manage-daemon/update-daemon-set/
 */
export async function rollOut(
  set: DaemonSet,
  { snapshot, pods }: { snapshot: Snapshot; pods: PodsByNode },
  context: ControllerContext,
): Promise<void> {
  const wanting = context.informers
    .for(nodes)
    .list()
    .filter((node) => placementOn(node, set).shouldRun);
  const survey = { pods: withEmptyNodes(pods, wanting), hash: hashOf(snapshot.revision), now: context.clock.now() };
  const maxSurge = maxSurgeOf(set, wanting.length);
  if (maxSurge === 0) {
    const going = replaceable(set, survey, maxUnavailableOf(set, wanting.length));
    for (const pod of going) await deletePod(pod, set, component, context);
    return;
  }
  const { going, coming } = surging(set, survey, maxSurge);
  const names = new Set(wanting.map(({ metadata }) => metadata.name));
  for (const pod of going) await deletePod(pod, set, component, context);
  for (const node of coming) if (names.has(node)) await createDaemonPod(set, { node, snapshot }, context);
}

/** A node whose pod has just gone counts as one without. */
function withEmptyNodes(pods: PodsByNode, wanting: readonly Node[]): PodsByNode {
  const empty = wanting.filter(({ metadata }) => !pods.has(metadata.name));
  return new Map([...pods, ...empty.map(({ metadata }) => [metadata.name, []] as const)]);
}

interface Survey {
  readonly pods: PodsByNode;
  readonly hash: string;
  readonly now: number;
}

/** The old pods that may go now: all that are not available, and as many others as may be missing. */
function replaceable(set: DaemonSet, { pods, hash, now }: Survey, maxUnavailable: number): readonly Pod[] {
  let unavailable = 0;
  const broken: Pod[] = [];
  const candidates: Pod[] = [];
  for (const there of pods.values()) {
    const found = generationsOf(there, ({ metadata }) => metadata.labels?.[revisionLabel] === hash);
    const { fresh, old } = found ?? {};
    const only = fresh && old ? undefined : (fresh ?? old);
    const isWell = only !== undefined && isAvailable(only, set.spec.minReadySeconds ?? 0, now);
    if (!isWell) unavailable++;
    if (only && only === old) (isWell ? candidates : broken).push(only);
  }
  return [...broken, ...candidates.slice(0, Math.max(0, maxUnavailable - unavailable))];
}

/** The old pods that a new one has replaced, and the nodes that get a new one next. */
function surging(
  set: DaemonSet,
  { pods, hash, now }: Survey,
  maxSurge: number,
): { readonly going: readonly Pod[]; readonly coming: readonly string[] } {
  const isWell = (pod: Pod): boolean => isAvailable(pod, set.spec.minReadySeconds ?? 0, now);
  let surged = 0;
  const going: Pod[] = [];
  const urgent: string[] = [];
  const candidates: string[] = [];
  for (const [node, there] of pods) {
    const found = generationsOf(there, ({ metadata }) => metadata.labels?.[revisionLabel] === hash);
    if (!found) surged++;
    else if (found.old && !found.fresh) (isWell(found.old) ? candidates : urgent).push(node);
    else if (found.old && found.fresh && isWell(found.fresh)) going.push(found.old);
    else if (found.old && found.fresh) surged++;
  }
  return { going, coming: [...urgent, ...candidates.slice(0, Math.max(0, maxSurge - surged))] };
}
