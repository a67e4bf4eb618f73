import { keyOf } from "../../api/object.ts";
import type { ReplicaSet } from "../../api/types.gen.ts";
import { deleteIfPresent } from "../../client/delete-if-present.ts";
import { replicaSets } from "../../resources/apps/replica-set.ts";
import type { ControllerContext } from "../controller.ts";
import { byRevision } from "./replica-sets.ts";
import type { Rollout } from "./rollout.ts";

/** Old, empty ReplicaSets beyond revisionHistoryLimit go, oldest revision first. */
export async function cleanUpHistory({ deployment, old }: Rollout, { client }: ControllerContext): Promise<void> {
  const present = old.filter(({ metadata }) => !metadata.deletionTimestamp).toSorted(byRevision);
  const surplus = Math.max(0, present.length - (deployment.spec.revisionHistoryLimit ?? 10));
  for (const set of present.slice(0, surplus)) {
    if (isEmpty(set)) await deleteIfPresent(client, replicaSets, keyOf(set));
  }
}

function isEmpty({ spec, status, metadata }: ReplicaSet): boolean {
  const isObserved = (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0);
  return (spec.replicas ?? 0) === 0 && (status?.replicas ?? 0) === 0 && isObserved;
}
