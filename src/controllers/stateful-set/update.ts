import type { ControllerContext } from "../controller.ts";
import { isTerminating } from "../pods/pod-state.ts";
import { ordinalRange } from "./identity.ts";
import { type Generation, isHealthy, isRunningAndAvailable, type Members, revisionOfPod } from "./members.ts";
import { deleteStatefulPod } from "./pod-control.ts";

/**
 * Deletes the highest pod that is not of the newest revision, when all above it are well.
 * https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#rolling-updates
 */
export async function rollOut(
  { set, update }: Generation,
  { wanted }: Members,
  context: ControllerContext,
): Promise<void> {
  if (set.spec.updateStrategy?.type === "OnDelete") return;
  const [start] = ordinalRange(set);
  const first = start + (set.spec.updateStrategy?.rollingUpdate?.partition ?? 0);
  for (const { ordinal, pod } of wanted.toReversed()) {
    if (ordinal < first || !pod) return;
    if (revisionOfPod(pod) !== update.metadata.name && !isTerminating(pod)) {
      await deleteStatefulPod(set, pod, context);
      return;
    }
    if (!isHealthy(pod) || !isRunningAndAvailable(pod, set, context.clock.now())) return;
  }
}
