import { formatLabelSelector } from "../../api/selectors.ts";
import { type FieldError, invalid, required } from "../../api/status.ts";
import type { LabelSelector, PodTemplateSpec, ReplicaSet } from "../../api/types.gen.ts";
import { age, name } from "../columns.ts";
import type { ResourceDefinition } from "../definition.ts";
import { immutable, nonNegative } from "../field-checks.ts";
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
import { countErrors } from "./counts.ts";

/** https://kubernetes.io/docs/concepts/workloads/controllers/replicaset/ */
export const replicaSets: ResourceDefinition<ReplicaSet> = {
  group: "apps",
  version: "v1",
  kind: "ReplicaSet",
  plural: "replicasets",
  shortNames: ["rs"],
  categories: ["all"],
  namespaced: true,
  type: "io.k8s.api.apps.v1.ReplicaSet",
  subresources: ["scale", "status"],
  tracksGeneration: true,
  columns: [
    name,
    { name: "Desired", type: "integer", value: ({ spec }) => spec.replicas ?? 0 },
    { name: "Current", type: "integer", value: ({ status }) => status?.replicas ?? 0 },
    { name: "Ready", type: "integer", value: ({ status }) => status?.readyReplicas ?? 0 },
    age,
    ...containerColumns<ReplicaSet>(({ spec }) => spec.template),
    { name: "Selector", priority: 1, value: ({ spec }) => formatLabelSelector(spec.selector) },
  ],
  selectableFields: { "status.replicas": ({ status }) => String(status?.replicas ?? 0) },

  default(set) {
    set.spec ??= {} as typeof set.spec;
    const { spec } = set;
    spec.replicas ??= 1;
    spec.template ??= {};
    defaultPodTemplate(spec.template);
  },

  prepareForCreate(set) {
    set.status = { replicas: 0 };
  },

  validate({ spec }, previous) {
    return [
      ...nonNegative("spec.replicas", spec.replicas),
      ...nonNegative("spec.minReadySeconds", spec.minReadySeconds),
      ...requiredSelectorErrors(spec.selector),
      ...replicatedTemplateErrors(spec),
      ...(previous ? immutable("spec.selector", spec.selector, previous.spec.selector) : []),
    ];
  },

  validateStatus({ status }) {
    return countErrors(status, {
      fields: ["replicas", "fullyLabeledReplicas", "readyReplicas", "availableReplicas", "observedGeneration"],
      atMost: [
        ["fullyLabeledReplicas", "replicas", "status.replicas"],
        ["readyReplicas", "replicas", "status.replicas"],
        ["availableReplicas", "replicas", "status.replicas"],
        ["availableReplicas", "readyReplicas", "readyReplicas"],
      ],
    });
  },

  warnings({ spec }, previous) {
    return templateWarnings("spec.template", spec.template ?? {}, previous?.spec.template);
  },
};

/** The message of an empty selector speaks of Deployments wherever it comes from. */
export function requiredSelectorErrors(selector: LabelSelector | undefined): FieldError[] {
  if (!selector) return [required("spec.selector")];
  const isEmpty = isEmptySelector(selector);
  return [
    ...labelSelectorErrors("spec.selector", selector),
    ...(isEmpty ? [invalid("spec.selector", selector, "empty selector is invalid for deployment")] : []),
  ];
}

/** The template of ReplicaSets, and of Deployments, which make ReplicaSets. */
export function replicatedTemplateErrors(spec: {
  readonly replicas?: number;
  readonly selector?: LabelSelector;
  readonly template?: PodTemplateSpec;
}): FieldError[] {
  const { replicas = 0, selector, template = {} } = spec;
  const field = "spec.template";
  return [
    ...(selector && isEmptySelector(selector) ? [] : selectorMatchErrors(field, selector, template)),
    ...podTemplateErrors(field, template),
    ...(replicas > 1 ? sharedDiskErrors(`${field}.spec.volumes`, template.spec?.volumes) : []),
    ...alwaysRunningErrors(field, template, "ReplicaSet"),
  ];
}
