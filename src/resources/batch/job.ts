import type { Mutable } from "../../api/object.ts";
import { sameTree } from "../../api/object.ts";
import { formatLabelSelector } from "../../api/selectors.ts";
import type { Job, JobSpec } from "../../api/types.gen.ts";
import { age, humanDuration, name } from "../columns.ts";
import type { Column, ResourceDefinition } from "../definition.ts";
import { defaultPodTemplate } from "../pod-template/default-pod-spec.ts";
import { hostnameWarnings } from "../pod-template/hostname-warnings.ts";
import { containerColumns } from "../pod-template/template-columns.ts";
import { templateWarnings } from "../pod-template/warnings.ts";
import { jobStatusErrors } from "./validate-job-status.ts";
import { jobChangeErrors } from "./validate-job-update.ts";
import { jobErrors } from "./validate-job.ts";

const columns: readonly Column<Job>[] = [
  name,
  { name: "Status", value: (job) => statusText(job) },
  { name: "Completions", value: (job) => completionsText(job) },
  { name: "Duration", value: (job, now) => durationText(job, now) },
  age,
  ...containerColumns<Job>(({ spec }) => spec.template),
  { name: "Selector", priority: 1, value: ({ spec }) => formatLabelSelector(spec.selector) },
];

/** https://kubernetes.io/docs/concepts/workloads/controllers/job/ */
export const jobs: ResourceDefinition<Job> = {
  group: "batch",
  version: "v1",
  kind: "Job",
  plural: "jobs",
  categories: ["all"],
  namespaced: true,
  type: "io.k8s.api.batch.v1.Job",
  subresources: ["status"],
  tracksGeneration: true,
  columns,
  selectableFields: { "status.successful": ({ status }) => String(status?.succeeded ?? 0) },

  default(job) {
    job.spec ??= {} as typeof job.spec;
    const { spec, metadata } = job;
    spec.template ??= {};
    defaultSpec(spec);
    const labels = spec.template.metadata?.labels;
    if (labels && Object.keys(metadata.labels ?? {}).length === 0) metadata.labels = { ...labels };
    defaultPodTemplate(spec.template);
  },

  prepareForCreate(job) {
    job.status = {};
    if (!job.spec.manualSelector) generateSelector(job);
  },

  validate(job, previous) {
    return [...jobErrors(job, previous === undefined), ...(previous ? jobChangeErrors(job, previous) : [])];
  },

  validateStatus: jobStatusErrors,

  warnings(job, previous) {
    const { spec } = job;
    return [
      ...(previous ? [] : hostnameWarnings(job)),
      ...sizeWarnings(spec),
      ...templateWarnings("spec.template", spec.template, previous?.spec.template),
    ];
  },
};

function defaultSpec(spec: Mutable<JobSpec>): void {
  if (spec.completions === undefined && spec.parallelism === undefined) spec.completions = 1;
  spec.parallelism ??= 1;
  spec.backoffLimit ??= spec.backoffLimitPerIndex === undefined ? 6 : 2_147_483_647;
  spec.completionMode ??= "NonIndexed";
  spec.suspend ??= false;
  spec.manualSelector ??= false;
  spec.podReplacementPolicy ??= spec.podFailurePolicy ? "Failed" : "TerminatingOrFailed";
  for (const { onPodConditions } of spec.podFailurePolicy?.rules ?? []) {
    for (const pattern of onPodConditions ?? []) pattern.status ||= "True";
  }
}

/** A Job's pods are told apart by its uid; labels the user has set are left for validation to refuse. */
function generateSelector({ metadata, spec }: Mutable<Job>): void {
  const template = (spec.template.metadata ??= {});
  const inherits = sameTree(metadata.labels ?? {}, template.labels ?? {});
  const uid = metadata.uid ?? "";
  template.labels = {
    "batch.kubernetes.io/controller-uid": uid,
    "batch.kubernetes.io/job-name": metadata.name,
    "controller-uid": uid,
    "job-name": metadata.name,
    ...template.labels,
  };
  if (inherits) metadata.labels = { ...template.labels };
  const selector = (spec.selector ??= {});
  selector.matchLabels = { "batch.kubernetes.io/controller-uid": uid, ...selector.matchLabels };
}

function statusText({ metadata, status }: Job): string {
  const has = (type: string): boolean =>
    status?.conditions?.some((one) => one.type === type && one.status === "True") ?? false;
  if (has("Complete")) return "Complete";
  if (has("Failed")) return "Failed";
  if (metadata.deletionTimestamp) return "Terminating";
  return ["Suspended", "FailureTarget", "SuccessCriteriaMet"].find((type) => has(type)) ?? "Running";
}

/** `1/3`; a Job that ends with its first success says how many try. */
function completionsText({ spec, status }: Job): string {
  const succeeded = status?.succeeded ?? 0;
  if (spec.completions !== undefined) return `${succeeded}/${spec.completions}`;
  const parallelism = spec.parallelism ?? 0;
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
}

function durationText({ status }: Job, now: number): string {
  if (!status?.startTime) return "";
  const end = status.completionTime ? Date.parse(status.completionTime) : now;
  return humanDuration(end - Date.parse(status.startTime));
}

function sizeWarnings({ completionMode, completions = 0, parallelism = 0 }: JobSpec): string[] {
  if (completionMode !== "Indexed" || completions <= 100_000 || parallelism <= 10_000) return [];
  return [
    "In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail",
  ];
}
