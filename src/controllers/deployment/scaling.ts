import { keyOf } from "../../api/object.ts";
import type { Deployment, ReplicaSet } from "../../api/types.gen.ts";
import { replicaSets } from "../../resources/apps/replica-set.ts";
import type { ControllerContext } from "../controller.ts";
import { maxSurgeOf } from "./limits.ts";
import { type Rollout, scaleAnnotations } from "./rollout.ts";

/** Sets a ReplicaSet's size and tells of it in an Event of the Deployment's. */
export async function scaleReplicaSet(
  set: ReplicaSet,
  replicas: number,
  deployment: Deployment,
  { client, events }: ControllerContext,
): Promise<void> {
  const before = set.spec.replicas ?? 0;
  const annotations = scaleAnnotations(deployment);
  const annotated = Object.entries(annotations).every(([name, value]) => set.metadata.annotations?.[name] === value);
  if (before === replicas && annotated) return;
  await client.patch(replicaSets, keyOf(set), { metadata: { annotations }, spec: { replicas } });
  if (before === replicas) return;
  const direction = replicas > before ? "up" : "down";
  const message = `Scaled ${direction} replica set ${set.metadata.name} from ${before} to ${replicas}`;
  events.record(deployment, { component: "deployment-controller" }, { type: "Normal", reason: "ScalingReplicaSet", message });
}

/**
 * A new size in the middle of a rollout is shared out among the ReplicaSets by their present sizes.
 * https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#proportional-scaling
 */
export async function scaleProportionally({ deployment, newest, old }: Rollout, context: ControllerContext): Promise<void> {
  const wanted = deployment.spec.replicas ?? 1;
  const all = [...(newest ? [newest] : []), ...old];
  const active = all.filter(({ spec }) => (spec.replicas ?? 0) > 0);
  const [only] = active.length > 0 ? active : all;
  if (active.length <= 1) {
    if (only) await scaleReplicaSet(only, wanted, deployment, context);
    return;
  }
  if (deployment.spec.strategy?.type === "Recreate") return;
  const present = active.reduce((sum, { spec }) => sum + (spec.replicas ?? 0), 0);
  const allowed = wanted > 0 ? wanted + maxSurgeOf(deployment) : 0;
  const shares = sharesOf(active, { allowed, present });
  for (const [set, size] of shares) await scaleReplicaSet(set, size, deployment, context);
}

/** The largest set takes what rounding leaves. */
function sharesOf(
  sets: readonly ReplicaSet[],
  { allowed, present }: { allowed: number; present: number },
): Map<ReplicaSet, number> {
  const bySize = sets.toSorted((a, b) => (b.spec.replicas ?? 0) - (a.spec.replicas ?? 0));
  let left = allowed - present;
  const shares = new Map<ReplicaSet, number>();
  for (const set of bySize) {
    const size = set.spec.replicas ?? 0;
    const base = Number(set.metadata.annotations?.["deployment.kubernetes.io/max-replicas"] ?? present) || present;
    const share = Math.round((size * allowed) / base) - size;
    const change = left > 0 ? Math.min(Math.max(share, 0), left) : Math.max(Math.min(share, 0), left);
    left -= change;
    shares.set(set, size + change);
  }
  const [largest] = bySize;
  if (largest) shares.set(largest, Math.max(0, (shares.get(largest) ?? 0) + left));
  return shares;
}
