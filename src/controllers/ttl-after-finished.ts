import { keyOf } from "../api/object.ts";
import type { Job } from "../api/types.gen.ts";
import { deleteIfPresent } from "../client/delete-if-present.ts";
import { jobs } from "../resources/batch/job.ts";
import type { Controller } from "./controller.ts";

/** Deletes Jobs a while after they have ended. https://kubernetes.io/docs/concepts/workloads/controllers/ttlafterfinished/ */
export const ttlAfterFinishedController: Controller<Job> = {
  name: "ttl-after-finished-controller",
  reconciles: jobs,

  async reconcile(key, { informers, client, clock }) {
    const job = informers.for(jobs).get(key);
    const finishedAt = job && finishTime(job);
    if (!job || job.metadata.deletionTimestamp || finishedAt === undefined) return undefined;
    const { ttlSecondsAfterFinished: ttl } = job.spec;
    if (ttl === undefined) return undefined;
    const waitMs = finishedAt + ttl * 1000 - clock.now();
    if (waitMs > 0) return { requeueAfterMs: waitMs };
    const preconditions = { uid: job.metadata.uid ?? "" };
    await deleteIfPresent(client, jobs, keyOf(job), { propagationPolicy: "Foreground", preconditions });
    return undefined;
  },
};

function finishTime({ status }: Job): number | undefined {
  const end = status?.conditions?.find(
    (one) => (one.type === "Complete" || one.type === "Failed") && one.status === "True",
  );
  return end && Date.parse(end.lastTransitionTime ?? "");
}
