import { controllerOf, keyOf } from "../../api/object.ts";
import { ApiError } from "../../api/status.ts";
import type { Job, JobCondition, JobStatus, Pod } from "../../api/types.gen.ts";
import { jobs } from "../../resources/batch/job.ts";
import { pods } from "../../resources/core/pod.ts";
import { timestamp } from "../../sim/clock.ts";
import { type Controller, type ControllerContext, type Requeue, watching } from "../controller.ts";
import { claimPods, indexPods, podsOf, wakeAdopters } from "../pods/claim.ts";
import { deletePod, isNamespaceTerminating } from "../pods/pod-control.ts";
import { isActive, isReady, isTerminating } from "../pods/pod-state.ts";
import { afterFinished, type BackoffRecord, noFailures } from "./backoff.ts";
import { condition, isFinished, withCondition } from "./conditions.ts";
import { isTracked, observe, type Observation, trackingFinalizer } from "./observation.ts";
import { component, releasePod, staff } from "./staffing.ts";
import { account, type Headcount } from "./tracking.ts";
import { completion, deadlineMs, verdictOn } from "./verdict.ts";

/** Runs pods until enough of them have succeeded. https://kubernetes.io/docs/concepts/workloads/controllers/job/ */
export function jobController(): Controller<Job> {
  /** By the Job's uid. */
  const backoffs = new Map<string, BackoffRecord>();
  return {
    name: component,
    reconciles: jobs,
    owns: [pods],
    watches: [
      wakeAdopters(jobs),
      watching(jobs, ({ type, object }) => {
        if (type === "DELETED") backoffs.delete(object.metadata.uid ?? "");
        return [];
      }),
    ],

    start({ informers }) {
      indexPods(informers);
    },

    async reconcile(key, context) {
      const job = context.informers.for(jobs).get(key);
      if (!job || isFinished(job) || isManagedElsewhere(job)) return undefined;
      const claimed = await claimPods(job, job.spec.selector ?? {}, context, {
        mayAdopt: (pod) => !isTerminating(pod),
        finalizer: trackingFinalizer,
      });
      const started = withStart(job, timestamp(context.clock));
      const observation = observe(started, claimed);
      const { uid = "" } = job.metadata;
      const { newlySucceeded: succeeded, newlyFailed: failed } = observation;
      const backoff = afterFinished(backoffs.get(uid) ?? noFailures, { succeeded, failed });
      backoffs.set(uid, backoff);
      return advance(observation, backoff, context);
    },
  };
}

function isManagedElsewhere({ spec }: Job): boolean {
  return spec.managedBy !== undefined && spec.managedBy !== "kubernetes.io/job-controller";
}

function withStart(job: Job, now: string): Job {
  if (job.status?.startTime || job.spec.suspend) return job;
  return { ...job, status: { ...job.status, startTime: now } };
}

/** One step: pods come and go, then what has ended is counted. */
async function advance(
  observation: Observation,
  backoff: BackoffRecord,
  context: ControllerContext,
): Promise<Requeue | undefined> {
  const { job, active } = observation;
  const now = timestamp(context.clock);
  const nowMs = context.clock.now();
  let verdict = verdictOn(observation, { now, nowMs });
  let status: JobStatus = job.status ?? {};
  let waitMs: number | undefined;
  let failure: Error | undefined;
  if (verdict) {
    for (const pod of active) await deletePod(pod, job, component, context);
  } else if (!job.metadata.deletionTimestamp) {
    try {
      waitMs = await staff(observation, backoff, context);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (!isNamespaceTerminating(error)) failure = error;
    }
    verdict = completion(observation, headcountOf(job, context).active, now);
    if (!verdict) status = suspension(job, status, now, context);
  }
  await account({ observation, status, headcount: headcountOf(job, context), verdict }, context);
  if (failure) throw failure;
  return soonest(waitMs, verdict ? undefined : deadlineMs({ ...job, status }, nowMs));
}

function headcountOf(job: Job, { informers }: ControllerContext): Headcount {
  const current = podsOf(job, informers);
  const active = current.filter((pod) => isActive(pod));
  const hasEnded = ({ status }: Pod): boolean => status?.phase === "Succeeded" || status?.phase === "Failed";
  return {
    active: active.length,
    ready: active.filter((pod) => isReady(pod)).length,
    terminating: current.filter((pod) => isTerminating(pod) && !hasEnded(pod)).length,
  };
}

/** A Job that goes on after a pause starts its clock anew. */
function suspension({ spec, ...job }: Job, status: JobStatus, now: string, { events }: ControllerContext): JobStatus {
  const next: JobCondition = spec.suspend
    ? condition({ type: "Suspended", reason: "JobSuspended", message: "Job suspended" }, now)
    : condition({ type: "Suspended", status: "False", reason: "JobResumed", message: "Job resumed" }, now);
  const before = status.conditions ?? [];
  const conditions = withCondition(before, next);
  if (conditions === before) return status;
  const [reason, message] = spec.suspend ? ["Suspended", "Job suspended"] : ["Resumed", "Job resumed"];
  events.record(job, { component }, { type: "Normal", reason, message });
  return { ...status, conditions, ...(spec.suspend ? {} : { startTime: now }) };
}

function soonest(...waits: readonly (number | undefined)[]): Requeue | undefined {
  const times = waits.filter((wait) => wait !== undefined);
  return times.length > 0 ? { requeueAfterMs: Math.max(0, Math.min(...times)) } : undefined;
}

/** Lets go of pods that are held for a Job that is no more. */
export const jobOrphanController: Controller<Pod> = {
  name: "job-orphan-controller",
  reconciles: pods,
  isNews: ({ object, previous }) => isTracked(object) && object.metadata !== previous?.metadata,
  watches: [
    watching(jobs, ({ type, object }, { informers }) =>
      type === "DELETED" ? podsOf(object, informers).map((pod) => keyOf(pod)) : [],
    ),
  ],

  start({ informers }) {
    indexPods(informers);
  },

  async reconcile(key, context) {
    const pod = context.informers.for(pods).get(key);
    if (!pod || !isTracked(pod)) return;
    const owner = controllerOf(pod);
    const job = owner && context.informers.for(jobs).get({ namespace: key.namespace, name: owner.name });
    if (owner?.kind === "Job" && job?.metadata.uid === owner.uid && !isFinished(job)) return;
    await releasePod(pod, context);
  },
};
