import { formatLabelSelector } from "../../api/selectors.ts";
import type { CronJob } from "../../api/types.gen.ts";
import { age, name, since } from "../columns.ts";
import type { ResourceDefinition } from "../definition.ts";
import { defaultPodTemplate } from "../pod-template/default-pod-spec.ts";
import { hostnameWarnings } from "../pod-template/hostname-warnings.ts";
import { containerColumns } from "../pod-template/template-columns.ts";
import { templateWarnings } from "../pod-template/warnings.ts";
import { cronJobErrors } from "./validate-cron-job.ts";

/** https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ */
export const cronJobs: ResourceDefinition<CronJob> = {
  group: "batch",
  version: "v1",
  kind: "CronJob",
  plural: "cronjobs",
  shortNames: ["cj"],
  categories: ["all"],
  namespaced: true,
  type: "io.k8s.api.batch.v1.CronJob",
  subresources: ["status"],
  tracksGeneration: true,
  columns: [
    name,
    { name: "Schedule", value: ({ spec }) => spec.schedule },
    { name: "Timezone", value: ({ spec }) => spec.timeZone ?? "<none>" },
    { name: "Suspend", type: "boolean", value: ({ spec }) => suspendText(spec.suspend) },
    { name: "Active", type: "integer", value: ({ status }) => status?.active?.length ?? 0 },
    { name: "Last Schedule", value: ({ status }, now) => lastText(status?.lastScheduleTime, now) },
    age,
    ...containerColumns<CronJob>(({ spec }) => spec.jobTemplate.spec?.template),
    { name: "Selector", priority: 1, value: ({ spec }) => formatLabelSelector(spec.jobTemplate.spec?.selector) },
  ],

  /** The Job's own defaults come when a Job is made. */
  default(cronJob) {
    cronJob.spec ??= {} as typeof cronJob.spec;
    const { spec } = cronJob;
    spec.schedule ??= "";
    spec.concurrencyPolicy ||= "Allow";
    spec.suspend ??= false;
    spec.successfulJobsHistoryLimit ??= 3;
    spec.failedJobsHistoryLimit ??= 1;
    const template = (spec.jobTemplate ??= {});
    template.metadata = { creationTimestamp: null, ...template.metadata } as unknown as typeof template.metadata &
      object;
    template.spec ??= { template: {} };
    template.spec.template ??= {};
    for (const { onPodConditions } of template.spec.podFailurePolicy?.rules ?? []) {
      for (const pattern of onPodConditions ?? []) pattern.status ||= "True";
    }
    defaultPodTemplate(template.spec.template);
  },

  prepareForCreate(cronJob) {
    cronJob.status = {};
  },

  validate: cronJobErrors,

  warnings(cronJob, previous) {
    const { spec } = cronJob;
    const path = "spec.jobTemplate.spec.template";
    const zones =
      "CRON_TZ or TZ used in spec.schedule is not officially supported, see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details";
    return [
      ...(previous ? [] : hostnameWarnings(cronJob)),
      ...templateWarnings(path, spec.jobTemplate.spec?.template ?? {}, previous?.spec.jobTemplate.spec?.template),
      ...(spec.schedule.includes("TZ") ? [zones] : []),
    ];
  },
};

function suspendText(suspend: boolean | undefined): string {
  if (suspend === undefined) return "<unset>";
  return suspend ? "True" : "False";
}

function lastText(time: string | undefined, now: number): string {
  return time ? since(time, now) : "<none>";
}
