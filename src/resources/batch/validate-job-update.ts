import { type FieldError, invalid } from "../../api/status.ts";
import type { Affinity, Job, JobSpec, PodTemplateSpec } from "../../api/types.gen.ts";
import { sameMeaning } from "../equivalence.ts";

const fixed = [
  "selector",
  "completionMode",
  "podFailurePolicy",
  "backoffLimitPerIndex",
  "managedBy",
  "successPolicy",
] as const;

/** What of a Job may not change once it is there. */
export function jobChangeErrors({ spec }: Job, previous: Job): FieldError[] {
  const old = previous.spec;
  return [
    ...completionErrors(spec, old),
    ...fixedErrors("spec.selector", spec.selector, old.selector),
    ...templateErrors(spec.template, previous),
    ...fixed.slice(1).flatMap((name) => fixedErrors(`spec.${name}`, spec[name], old[name])),
  ];
}

function fixedErrors(field: string, value: unknown, previous: unknown): FieldError[] {
  return sameMeaning(value, previous) ? [] : [invalid(field, value, "field is immutable")];
}

/** An indexed Job can grow and shrink, if it runs all its indexes at once. */
function completionErrors({ completions, completionMode, parallelism }: JobSpec, old: JobSpec): FieldError[] {
  const field = "spec.completions";
  if (completionMode !== "Indexed") return fixedErrors(field, completions, old.completions);
  if (completions === undefined || completions === old.completions || completions === parallelism) return [];
  return [invalid(field, completions, "can only be modified in tandem with spec.parallelism")];
}

/** Before it has ever run, a suspended Job may be told anew where its pods go. */
function templateErrors(template: PodTemplateSpec, { spec, status }: Job): FieldError[] {
  const mayMove = spec.suspend === true && status?.startTime === undefined;
  const old = mayMove ? withScheduling(spec.template, template) : spec.template;
  return fixedErrors("spec.template", template, old);
}

function withScheduling(old: PodTemplateSpec, next: PodTemplateSpec): unknown {
  const affinity = movedAffinity(old.spec?.affinity, next.spec?.affinity);
  return {
    ...old,
    metadata: { ...old.metadata, labels: next.metadata?.labels, annotations: next.metadata?.annotations },
    spec: {
      ...old.spec,
      affinity,
      nodeSelector: next.spec?.nodeSelector,
      tolerations: next.spec?.tolerations,
      schedulingGates: next.spec?.schedulingGates,
    },
  };
}

function movedAffinity(old: Affinity | undefined, next: Affinity | undefined): Affinity | undefined {
  const { nodeAffinity: _, ...others } = old ?? {};
  if (!next) return Object.keys(others).length > 0 ? others : undefined;
  return { ...others, ...(next.nodeAffinity ? { nodeAffinity: next.nodeAffinity } : {}) };
}
