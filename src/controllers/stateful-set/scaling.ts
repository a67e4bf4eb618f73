import type { ControllerRevision, Pod, StatefulSet } from "../../api/types.gen.ts";
import type { PodTemplateSpec } from "../../api/types.gen.ts";
import type { ControllerContext } from "../controller.ts";
import { hasFailed, hasSucceeded, isTerminating } from "../pods/pod-state.ts";
import { createClaims, hasStaleClaim, retainClaims } from "./claims.ts";
import { ordinalRange, podName } from "./identity.ts";
import {
  type Generation,
  isHealthy,
  isOrdered,
  isRunningAndAvailable,
  isRunningAndReady,
  type Member,
  type Members,
} from "./members.ts";
import { createStatefulPod, deleteStatefulPod, recordAbout, relabel } from "./pod-control.ts";

/**
 * Makes what is missing and removes what is too much. False: something must come to pass before anything else is done.
 * https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#deployment-and-scaling-guarantees
 */
export async function scale(generation: Generation, members: Members, context: ControllerContext): Promise<boolean> {
  const { set } = generation;
  let mayGoOn = true;
  for (const member of members.wanted) {
    const isSettled = await ensureMember(generation, member, context);
    if (isSettled) continue;
    if (isOrdered(set)) return false;
    mayGoOn = false;
  }
  if (!mayGoOn) return false;
  for (const { ordinal, pod } of members.condemned) {
    await retainClaims(set, { ordinal, pod, isCondemned: true }, context);
  }
  return removeCondemned(set, members, context);
}

/** False: it is not yet as it shall be, and the ones after it have to wait. In parallel only a few things make others wait. */
async function ensureMember(
  generation: Generation,
  { ordinal, pod }: Member,
  context: ControllerContext,
): Promise<boolean> {
  const { set } = generation;
  if (!pod) return createMember(generation, ordinal, context);
  if (hasFailed(pod) || hasSucceeded(pod)) {
    await recreate(set, pod, context);
    return false;
  }
  if (pod.status?.phase === "Pending") await createClaims(set, { ordinal, pod: pod.metadata.name }, context);
  const now = context.clock.now();
  if (isOrdered(set) && (isTerminating(pod) || !isRunningAndAvailable(pod, set, now))) return false;
  await relabel(set, { ordinal, pod }, context);
  await retainClaims(set, { ordinal, pod, isCondemned: false }, context);
  return true;
}

async function createMember(generation: Generation, ordinal: number, context: ControllerContext): Promise<boolean> {
  const { set } = generation;
  const name = podName(set, ordinal);
  if (hasStaleClaim(set, { ordinal, pod: name }, context.informers) || !generation.mayCreate()) return false;
  const revision = revisionFor(generation, ordinal);
  const template = templateOf(revision, set);
  const pod = await createStatefulPod({ ...set, spec: { ...set.spec, template } }, { ordinal, revision }, context);
  await retainClaims(set, { ordinal, pod, isCondemned: false }, context);
  return !isOrdered(set);
}

/** Pods below the partition are made as they were before the update. */
function revisionFor({ set, current, update }: Generation, ordinal: number): ControllerRevision {
  const { type, rollingUpdate } = set.spec.updateStrategy ?? {};
  if (type === "OnDelete") return update;
  const [start] = ordinalRange(set);
  const kept = rollingUpdate ? (rollingUpdate.partition ?? 0) : (set.status?.currentReplicas ?? 0);
  return ordinal < start + kept ? current : update;
}

function templateOf({ data }: ControllerRevision, set: StatefulSet): PodTemplateSpec {
  const saved = (data as { spec?: { template?: PodTemplateSpec & { $patch?: string } } } | undefined)?.spec?.template;
  if (!saved) return set.spec.template;
  const { $patch: _, ...template } = saved;
  return template;
}

/** A pod that has ended makes room for a new one of the same name. */
async function recreate(set: StatefulSet, pod: Pod, context: ControllerContext): Promise<void> {
  const { name, namespace = "" } = set.metadata;
  const which = hasFailed(pod) ? "failed" : "terminated";
  const message = `StatefulSet ${namespace}/${name} is recreating ${which} Pod ${pod.metadata.name}`;
  if (hasFailed(pod)) recordAbout(set, { type: "Warning", reason: "RecreatingFailedPod", message }, context);
  else recordAbout(set, { type: "Normal", reason: "RecreatingTerminatedPod", message }, context);
  if (!isTerminating(pod)) await deleteStatefulPod(set, pod, context);
}

/** Highest ordinal first; in order, each waits for the ones above it to be gone and for all others to be well. */
async function removeCondemned(
  set: StatefulSet,
  { wanted, condemned }: Members,
  context: ControllerContext,
): Promise<boolean> {
  const now = context.clock.now();
  const pods = [...wanted.flatMap(({ pod }) => pod ?? []), ...condemned.map(({ pod }) => pod).toReversed()];
  const firstUnhealthy = pods.find((pod) => !isHealthy(pod));
  let mayGoOn = true;
  for (const { pod } of condemned) {
    const isWell = isRunningAndReady(pod) && isRunningAndAvailable(pod, set, now);
    const mustWait = isTerminating(pod) || (!isWell && pod !== firstUnhealthy);
    if (mustWait && isOrdered(set)) return false;
    if (isTerminating(pod)) continue;
    await deleteStatefulPod(set, pod, context);
    if (isOrdered(set)) return false;
    mayGoOn = false;
  }
  return mayGoOn;
}
