import { keyOf } from "../../api/object.ts";
import type { Deployment, ReplicaSet } from "../../api/types.gen.ts";
import { replicaSets } from "../../resources/apps/replica-set.ts";
import type { ControllerContext } from "../controller.ts";
import { component, maxSurgeOf } from "./limits.ts";
import { desiredAnnotation, maxAnnotation, type Rollout, scaleAnnotations } from "./rollout.ts";

/** Sets a ReplicaSet's size and tells of it in an Event of the Deployment's. */
export async function scaleReplicaSet(
  set: ReplicaSet,
  replicas: number,
  deployment: Deployment,
  { client, events }: ControllerContext,
): Promise<void> {
  const before = sizeOf(set);
  const annotations = scaleAnnotations(deployment);
  const annotated = Object.entries(annotations).every(([name, value]) => set.metadata.annotations?.[name] === value);
  if (before === replicas && annotated) return;
  await client.patch(replicaSets, keyOf(set), { metadata: { annotations }, spec: { replicas } });
  if (before === replicas) return;
  const direction = replicas > before ? "up" : "down";
  const message = `Scaled ${direction} replica set ${set.metadata.name} from ${before} to ${replicas}`;
  events.record(deployment, { component }, { type: "Normal", reason: "ScalingReplicaSet", message });
}

/** The number asked for has changed since the sets were last scaled: that comes before rolling on. */
export function isScaling({ spec }: Deployment, sets: readonly ReplicaSet[]): boolean {
  return sets
    .filter((set) => sizeOf(set) > 0)
    .some(({ metadata }) => {
      const desired = metadata.annotations?.[desiredAnnotation];
      return desired !== undefined && Number(desired) !== (spec.replicas ?? 1);
    });
}

/**
 * A new size in the middle of a rollout is shared out among the ReplicaSets by their present sizes.
 * https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#proportional-scaling
 */
export async function scaleProportionally(
  { deployment, newest, old }: Rollout,
  context: ControllerContext,
): Promise<void> {
  const wanted = deployment.spec.replicas ?? 1;
  const active = [...old, ...(newest ? [newest] : [])].filter((set) => sizeOf(set) > 0);
  const only = active.length === 0 ? (newest ?? old.at(-1)) : active[0];
  if (active.length <= 1) {
    if (only) await scaleReplicaSet(only, wanted, deployment, context);
    return;
  }
  if (newest && isSaturated(newest, wanted)) {
    for (const set of active) if (set !== newest) await scaleReplicaSet(set, 0, deployment, context);
    return;
  }
  if (deployment.spec.strategy?.type === "Recreate") return;
  for (const [set, size] of sharesOf(active, deployment)) await scaleReplicaSet(set, size, deployment, context);
}

function isSaturated({ spec, metadata, status }: ReplicaSet, wanted: number): boolean {
  const desired = Number(metadata.annotations?.[desiredAnnotation] ?? Number.NaN);
  return [spec.replicas, desired, status?.availableReplicas].every((count) => count === wanted);
}

/** `sets` come oldest first. The largest takes what rounding leaves; of equals the newest grows and the oldest shrinks first. */
function sharesOf(sets: readonly ReplicaSet[], deployment: Deployment): ReadonlyMap<ReplicaSet, number> {
  const wanted = deployment.spec.replicas ?? 1;
  const allowed = wanted > 0 ? wanted + maxSurgeOf(deployment) : 0;
  let left = allowed - sets.reduce((sum, set) => sum + sizeOf(set), 0);
  const bySize = (left > 0 ? sets.toReversed() : sets).toSorted((a, b) => sizeOf(b) - sizeOf(a));
  const shares = new Map<ReplicaSet, number>();
  for (const set of bySize) {
    const share = left === 0 ? 0 : shareOf(set, deployment, allowed);
    const change = left > 0 ? Math.min(share, left) : Math.max(share, left);
    left -= change;
    shares.set(set, sizeOf(set) + change);
  }
  const [largest] = bySize;
  if (largest) shares.set(largest, Math.max(0, (shares.get(largest) ?? 0) + left));
  return shares;
}

/** How much one set would grow by if it kept its part of the whole. */
function shareOf(set: ReplicaSet, { spec, status }: Deployment, allowed: number): number {
  const size = sizeOf(set);
  if (spec.replicas === 0) return -size;
  const before = Number(set.metadata.annotations?.[maxAnnotation] ?? 0) || (status?.replicas ?? 0);
  return before === 0 ? 0 : Math.round((size * allowed) / before) - size;
}

function sizeOf({ spec }: ReplicaSet): number {
  return spec.replicas ?? 0;
}
