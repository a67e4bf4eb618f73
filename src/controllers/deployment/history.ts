import { keyOf } from "../../api/object.ts";
import { deleteIfPresent } from "../../client/delete-if-present.ts";
import { replicaSets } from "../../resources/apps/replica-set.ts";
import type { ControllerContext } from "../controller.ts";
import { revisionOf } from "./replica-sets.ts";
import type { Rollout } from "./rollout.ts";

/** Old, empty ReplicaSets beyond revisionHistoryLimit go, oldest revision first. */
export async function cleanUpHistory({ deployment, old }: Rollout, { client }: ControllerContext): Promise<void> {
  const limit = deployment.spec.revisionHistoryLimit ?? 10;
  const empty = old
    .filter(({ metadata }) => !metadata.deletionTimestamp)
    .filter(({ spec, status }) => (spec.replicas ?? 0) === 0 && (status?.replicas ?? 0) === 0)
    .toSorted((a, b) => revisionOf(a) - revisionOf(b));
  for (const set of empty.slice(0, Math.max(0, old.length - limit))) {
    await deleteIfPresent(client, replicaSets, keyOf(set));
  }
}
