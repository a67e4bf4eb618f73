import { controllerOf, keyOf, sameTree } from "../../api/object.ts";
import { ApiError, isAlreadyExists } from "../../api/status.ts";
import type { CronJob, CronJobStatus, Job } from "../../api/types.gen.ts";
import { deleteIfPresent } from "../../client/delete-if-present.ts";
import { cronJobs } from "../../resources/batch/cron-job.ts";
import { jobs } from "../../resources/batch/job.ts";
import type { Controller, ControllerContext, Requeue } from "../controller.ts";
import { isNamespaceTerminating } from "../pods/pod-control.ts";
import { activeAfter, referenceTo, trackJobs } from "./active.ts";
import { cleanUpHistory } from "./history.ts";
import { jobFor, jobName } from "./job-for.ts";
import { dueSince, parseSchedule, type Schedule } from "./schedule.ts";
import type { Tell } from "./tell.ts";

const component = "cronjob-controller";
const byController = "controller-uid";
const manyMissed = 100;

/** Makes Jobs when they are due. https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ */
export function cronJobController(): Controller<CronJob> {
  /** By uid: one whose schedule changes does not make up for times of the new schedule that are past. */
  const schedules = new Map<string, string>();
  return {
    name: component,
    reconciles: cronJobs,
    owns: [jobs],

    start({ informers }) {
      informers.for(jobs).addIndex(byController, (job) => [controllerOf(job)?.uid ?? ""]);
    },

    async reconcile(key, context) {
      const cronJob = context.informers.for(cronJobs).get(key);
      if (!cronJob) return undefined;
      const { uid = "" } = cronJob.metadata;
      const own = context.informers.for(jobs).byIndex(byController, uid);
      const tell: Tell = (text) => context.events.record(cronJob, { component }, text);
      const status = trackJobs(cronJob, own, tell);
      const wording = `${cronJob.spec.timeZone ?? ""} ${cronJob.spec.schedule}`;
      const isChanged = schedules.has(uid) && schedules.get(uid) !== wording;
      schedules.set(uid, wording);
      const turn = await takeTurn({ cronJob, status, isChanged, tell }, context);
      const latest = context.informers.for(cronJobs).get(key);
      if (latest && !sameTree(turn.status, latest.status ?? {})) {
        await context.client.updateStatus(cronJobs, { ...latest, status: turn.status });
      }
      await cleanUpHistory(cronJob, own, (job) => deleteJob(job, tell, context));
      return turn.requeue;
    },
  };
}

interface Turn {
  readonly cronJob: CronJob;
  readonly status: CronJobStatus;
  readonly isChanged: boolean;
  readonly tell: Tell;
}

interface Outcome {
  readonly status: CronJobStatus;
  readonly requeue?: Requeue;
}

/** Starts what is due, and says when to look again. */
async function takeTurn(turn: Turn, context: ControllerContext): Promise<Outcome> {
  const { cronJob, status, tell } = turn;
  if (cronJob.metadata.deletionTimestamp || cronJob.spec.suspend) return { status };
  const schedule = scheduleOf(cronJob, tell);
  if (!schedule) return { status };
  const now = context.clock.now();
  const next = schedule.next(now);
  if (next === undefined) {
    const why = "time difference between two schedules is less than 1 second";
    tell({
      type: "Warning",
      reason: "InvalidSchedule",
      message: `invalid schedule: ${cronJob.spec.schedule} : ${why}`,
    });
    return { status };
  }
  const requeue = { requeueAfterMs: next - now };
  const due = turn.isChanged ? undefined : dueTime(turn, schedule, now);
  return { status: due === undefined ? status : await start(turn, due, context), requeue };
}

function scheduleOf({ spec }: CronJob, tell: Tell): Schedule | undefined {
  try {
    return parseSchedule(spec.schedule, spec.timeZone);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const message = `unparseable schedule: ${JSON.stringify(spec.schedule)} : ${why}`;
    tell({ type: "Warning", reason: "UnparseableSchedule", message });
    return undefined;
  }
}

/** The latest time that has come and not been served. */
function dueTime({ cronJob, status, tell }: Turn, schedule: Schedule, now: number): number | undefined {
  const { startingDeadlineSeconds: deadline } = cronJob.spec;
  const last = Date.parse(status.lastScheduleTime ?? cronJob.metadata.creationTimestamp ?? "");
  const since = deadline === undefined ? last : Math.max(last, now - deadline * 1000);
  const { latest, missed } = dueSince(schedule, since, now);
  if (missed > manyMissed) {
    const message = "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew";
    tell({ type: "Warning", reason: "TooManyMissedTimes", message });
  }
  if (latest === undefined) return undefined;
  if (deadline !== undefined && latest + deadline * 1000 < now) {
    const time = new Date(latest).toUTCString().replace("GMT", "+0000");
    tell({ type: "Warning", reason: "MissSchedule", message: `Missed scheduled time to start a job: ${time}` });
    return undefined;
  }
  const isServed = status.lastScheduleTime !== undefined && Date.parse(status.lastScheduleTime) === latest;
  return isServed || status.active?.some(({ name }) => name === jobName(cronJob, latest)) ? undefined : latest;
}

/** https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#concurrency-policy */
async function start({ cronJob, status, tell }: Turn, due: number, context: ControllerContext): Promise<CronJobStatus> {
  const { concurrencyPolicy } = cronJob.spec;
  const active = status.active ?? [];
  if (concurrencyPolicy === "Forbid" && active.length > 0) {
    const message = "Not starting job because prior execution is running and concurrency policy is Forbid";
    tell({ type: "Normal", reason: "JobAlreadyActive", message });
    return status;
  }
  const replaced = concurrencyPolicy === "Replace" ? active : [];
  for (const { name = "", namespace = "" } of replaced) {
    const job = context.informers.for(jobs).get({ namespace, name });
    if (job) await deleteJob(job, tell, context);
  }
  const job = await createJob(cronJob, due, { tell, context });
  if (!job) return status;
  const kept = replaced.length > 0 ? [] : active;
  const lastScheduleTime = `${new Date(due).toISOString().slice(0, 19)}Z`;
  return { ...activeAfter(status, [...kept, referenceTo(job)]), lastScheduleTime };
}

/** undefined: the namespace is on its way out. One that was made before is taken. */
async function createJob(
  cronJob: CronJob,
  due: number,
  { tell, context }: { tell: Tell; context: ControllerContext },
): Promise<Job | undefined> {
  const wanted = jobFor(cronJob, due);
  try {
    const job = await context.client.create(jobs, wanted);
    tell({ type: "Normal", reason: "SuccessfulCreate", message: `Created job ${job.metadata.name}` });
    return job;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (isNamespaceTerminating(error)) return undefined;
    const existing = isAlreadyExists(error) ? context.informers.for(jobs).get(keyOf(wanted)) : undefined;
    if (existing && controllerOf(existing)?.uid === cronJob.metadata.uid) return existing;
    tell({ type: "Warning", reason: "FailedCreate", message: `Error creating job: ${error.message}` });
    throw error;
  }
}

async function deleteJob(job: Job, tell: Tell, { client }: ControllerContext): Promise<void> {
  await deleteIfPresent(client, jobs, keyOf(job), { propagationPolicy: "Background" });
  tell({ type: "Normal", reason: "SuccessfulDelete", message: `Deleted job ${job.metadata.name}` });
}
