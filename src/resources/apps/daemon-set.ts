import type { Mutable } from "../../api/object.ts";
import { formatLabels, formatLabelSelector } from "../../api/selectors.ts";
import { type FieldError, invalid, notSupported, required } from "../../api/status.ts";
import type { DaemonSet, DaemonSetUpdateStrategy } from "../../api/types.gen.ts";
import { age, name } from "../columns.ts";
import type { ResourceDefinition } from "../definition.ts";
import { sameMeaning } from "../equivalence.ts";
import { immutable, nonNegative } from "../field-checks.ts";
import { intOrPercentErrors } from "../int-or-percent.ts";
import { isEmptySelector, labelSelectorErrors } from "../label-selector.ts";
import { defaultPodTemplate } from "../pod-template/default-pod-spec.ts";
import { containerColumns } from "../pod-template/template-columns.ts";
import {
  alwaysRunningErrors,
  podTemplateErrors,
  selectorMatchErrors,
  sharedDiskErrors,
} from "../pod-template/validate-pod-template.ts";
import { templateWarnings } from "../pod-template/warnings.ts";
import { amountOf } from "./amount.ts";
import { collisionErrors, countErrors } from "./counts.ts";

/** Counts changes of the template: a field in older versions, which v1 keeps as an annotation. */
const templateGeneration = "deprecated.daemonset.template.generation";

/** https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/ */
export const daemonSets: ResourceDefinition<DaemonSet> = {
  group: "apps",
  version: "v1",
  kind: "DaemonSet",
  plural: "daemonsets",
  shortNames: ["ds"],
  categories: ["all"],
  namespaced: true,
  type: "io.k8s.api.apps.v1.DaemonSet",
  subresources: ["status"],
  tracksGeneration: true,
  columns: [
    name,
    { name: "Desired", type: "integer", value: ({ status }) => status?.desiredNumberScheduled ?? 0 },
    { name: "Current", type: "integer", value: ({ status }) => status?.currentNumberScheduled ?? 0 },
    { name: "Ready", type: "integer", value: ({ status }) => status?.numberReady ?? 0 },
    { name: "Up-to-date", type: "integer", value: ({ status }) => status?.updatedNumberScheduled ?? 0 },
    { name: "Available", type: "integer", value: ({ status }) => status?.numberAvailable ?? 0 },
    { name: "Node Selector", value: ({ spec }) => formatLabels(spec.template.spec?.nodeSelector) },
    age,
    ...containerColumns<DaemonSet>(({ spec }) => spec.template),
    { name: "Selector", priority: 1, value: ({ spec }) => formatLabelSelector(spec.selector) },
  ],

  default(set) {
    set.spec ??= {} as typeof set.spec;
    const { spec } = set;
    spec.revisionHistoryLimit ??= 10;
    spec.updateStrategy ??= {};
    spec.updateStrategy.type ||= "RollingUpdate";
    if (spec.updateStrategy.type === "RollingUpdate") {
      spec.updateStrategy.rollingUpdate = { maxUnavailable: 1, maxSurge: 0, ...spec.updateStrategy.rollingUpdate };
    }
    spec.template ??= {};
    defaultPodTemplate(spec.template);
    // So early that it belongs to whoever writes the object, as upstream.
    if (set.metadata.annotations?.[templateGeneration] === undefined) annotateGeneration(set, 0);
  },

  prepareForCreate(set) {
    set.status = { currentNumberScheduled: 0, desiredNumberScheduled: 0, numberMisscheduled: 0, numberReady: 0 };
    annotateGeneration(set, 1);
  },

  prepareForUpdate(set, previous) {
    const generation = Number(previous.metadata.annotations?.[templateGeneration] ?? 1);
    annotateGeneration(set, sameMeaning(set.spec.template, previous.spec.template) ? generation : generation + 1);
  },

  validate({ spec }, previous) {
    return [
      ...labelSelectorErrors("spec.selector", spec.selector),
      ...selectorMatchErrors("spec.template", spec.selector, spec.template),
      ...(spec.selector && isEmptySelector(spec.selector)
        ? [invalid("spec.selector", spec.selector, "empty selector is invalid for daemonset")]
        : []),
      ...podTemplateErrors("spec.template", spec.template),
      ...sharedDiskErrors("spec.template.spec.volumes", spec.template.spec?.volumes),
      ...alwaysRunningErrors("spec.template", spec.template, "DaemonSet"),
      ...nonNegative("spec.minReadySeconds", spec.minReadySeconds),
      ...strategyErrors("spec.updateStrategy", spec.updateStrategy ?? {}),
      ...nonNegative("spec.revisionHistoryLimit", spec.revisionHistoryLimit),
      ...(previous ? immutable("spec.selector", spec.selector, previous.spec.selector) : []),
    ];
  },

  validateStatus({ status }, previous) {
    const scheduled = ["currentNumberScheduled", "numberMisscheduled", "desiredNumberScheduled", "numberReady"];
    const others = ["observedGeneration", "updatedNumberScheduled", "numberAvailable", "numberUnavailable"];
    return [
      ...countErrors(status, { fields: [...scheduled, ...others, "collisionCount"] }),
      ...collisionErrors(status?.collisionCount, previous.status?.collisionCount),
    ];
  },

  warnings({ spec }, previous) {
    return templateWarnings("spec.template", spec.template, previous?.spec.template);
  },
};

function annotateGeneration({ metadata }: Mutable<DaemonSet>, generation: number): void {
  metadata.annotations = { ...metadata.annotations, [templateGeneration]: String(generation) };
}

function strategyErrors(field: string, strategy: DaemonSetUpdateStrategy): FieldError[] {
  const { type, rollingUpdate } = strategy;
  if (type === "OnDelete") return [];
  if (type !== "RollingUpdate") return [notSupported(field, strategy, ["RollingUpdate", "OnDelete"])];
  if (!rollingUpdate) return [required(`${field}.rollingUpdate`)];
  const { maxUnavailable, maxSurge } = rollingUpdate;
  const path = `${field}.rollingUpdate`;
  const replaces = amountOf(maxUnavailable) !== 0;
  const surges = amountOf(maxSurge) !== 0;
  return [
    ...intOrPercentErrors(`${path}.maxUnavailable`, maxUnavailable),
    ...intOrPercentErrors(`${path}.maxSurge`, maxSurge),
    ...(replaces && surges
      ? [invalid(`${path}.maxSurge`, maxSurge, "may not be set when maxUnavailable is non-zero")]
      : []),
    ...(replaces || surges ? [] : [required(`${path}.maxUnavailable`, "cannot be 0 when maxSurge is 0")]),
  ];
}
