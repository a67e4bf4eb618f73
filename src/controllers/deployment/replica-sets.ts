import { controllerOf, keyOf } from "../../api/object.ts";
import { matchesSelector } from "../../api/selectors.ts";
import type { Deployment, ReplicaSet } from "../../api/types.gen.ts";
import type { Informers } from "../../client/informer.ts";
import { replicaSets } from "../../resources/apps/replica-set.ts";
import type { ControllerContext } from "../controller.ts";
import { controllerReference } from "../pods/pod-control.ts";

const byController = "controller-uid";

/** Makes `replicaSetsOf` possible; doing it again costs nothing. */
export function indexReplicaSets(informers: Informers): void {
  informers
    .for(replicaSets)
    .addIndex(byController, (set) => [controllerOf(set)?.uid ?? `orphans/${set.metadata.namespace ?? ""}`]);
}

/** The ReplicaSets that name `uid` as their controller. */
export function replicaSetsOf(uid: string, informers: Informers): readonly ReplicaSet[] {
  return informers.for(replicaSets).byIndex(byController, uid);
}

/** The Deployment's ReplicaSets, oldest first, after it has adopted orphans that match its selector and released others. */
export async function claimReplicaSets(
  deployment: Deployment,
  { informers, client }: ControllerContext,
): Promise<readonly ReplicaSet[]> {
  const { uid = "", namespace = "", deletionTimestamp } = deployment.metadata;
  const matches = (set: ReplicaSet): boolean => matchesSelector(deployment.spec.selector, set.metadata.labels ?? {});
  const claimed: ReplicaSet[] = [];
  for (const set of replicaSetsOf(uid, informers)) {
    if (matches(set) || deletionTimestamp) {
      claimed.push(set);
      continue;
    }
    const others = (set.metadata.ownerReferences ?? []).filter((owner) => owner.uid !== uid);
    await client.patch(replicaSets, keyOf(set), {
      metadata: { ownerReferences: others.length > 0 ? others : null },
    });
  }
  if (deletionTimestamp) return claimed.toSorted(byAge);
  const orphans = replicaSetsOf(`orphans/${namespace}`, informers);
  for (const set of orphans.filter((one) => matches(one) && !one.metadata.deletionTimestamp)) {
    const ownerReferences = [...(set.metadata.ownerReferences ?? []), controllerReference(deployment)];
    claimed.push(await client.patch(replicaSets, keyOf(set), { metadata: { ownerReferences } }));
  }
  return claimed.toSorted(byAge);
}

/** Never by revision: the one found newest gets the highest, and two of the same template would take turns for ever. */
function byAge(a: ReplicaSet, b: ReplicaSet): number {
  const difference = Date.parse(a.metadata.creationTimestamp ?? "") - Date.parse(b.metadata.creationTimestamp ?? "");
  return difference || (a.metadata.name < b.metadata.name ? -1 : 1);
}

/** Lower revisions first. */
export function byRevision(a: ReplicaSet, b: ReplicaSet): number {
  return Number(revisionOf(a) - revisionOf(b));
}

/** A number of 64 bits; 0: it has none. */
export function revisionOf({ metadata }: ReplicaSet | Deployment): bigint {
  const text = metadata.annotations?.["deployment.kubernetes.io/revision"] ?? "";
  return /^[+-]?\d+$/u.test(text) ? BigInt(text) : 0n;
}

export function highestRevision(sets: readonly ReplicaSet[]): bigint {
  return sets.map((set) => revisionOf(set)).reduce((highest, one) => (one > highest ? one : highest), 0n);
}
