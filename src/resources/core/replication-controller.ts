import { formatLabels, matchesLabels } from "../../api/selectors.ts";
import { type FieldError, invalid, required } from "../../api/status.ts";
import type { ReplicationController, ReplicationControllerSpec } from "../../api/types.gen.ts";
import { countErrors } from "../apps/counts.ts";
import { age, name } from "../columns.ts";
import type { ResourceDefinition } from "../definition.ts";
import { nonNegative } from "../field-checks.ts";
import { labelErrors } from "../metadata.ts";
import { defaultPodTemplate } from "../pod-template/default-pod-spec.ts";
import { hostnameWarnings } from "../pod-template/hostname-warnings.ts";
import { containerColumns } from "../pod-template/template-columns.ts";
import { alwaysRunningErrors, podTemplateErrors, sharedDiskErrors } from "../pod-template/validate-pod-template.ts";
import { templateWarnings } from "../pod-template/warnings.ts";

/** What ReplicaSets were before they could select by expressions. https://kubernetes.io/docs/concepts/workloads/controllers/replicationcontroller/ */
export const replicationControllers: ResourceDefinition<ReplicationController> = {
  group: "",
  version: "v1",
  kind: "ReplicationController",
  plural: "replicationcontrollers",
  shortNames: ["rc"],
  categories: ["all"],
  namespaced: true,
  type: "io.k8s.api.core.v1.ReplicationController",
  subresources: ["scale", "status"],
  tracksGeneration: true,
  columns: [
    name,
    { name: "Desired", type: "integer", value: ({ spec }) => spec.replicas ?? 0 },
    { name: "Current", type: "integer", value: ({ status }) => status?.replicas ?? 0 },
    { name: "Ready", type: "integer", value: ({ status }) => status?.readyReplicas ?? 0 },
    age,
    ...containerColumns<ReplicationController>(({ spec }) => spec.template),
    { name: "Selector", priority: 1, value: ({ spec }) => formatLabels(spec.selector) },
  ],
  selectableFields: { "status.replicas": ({ status }) => String(status?.replicas ?? 0) },

  /** Without a selector, and without labels, those of the template count. */
  default(controller) {
    controller.spec ??= {};
    const { spec, metadata } = controller;
    const labels = spec.template?.metadata?.labels;
    if (labels && !hasAny(spec.selector)) spec.selector = { ...labels };
    if (labels && !hasAny(metadata.labels)) metadata.labels = { ...labels };
    spec.replicas ??= 1;
    if (spec.template) defaultPodTemplate(spec.template);
  },

  prepareForCreate(controller) {
    controller.status = { replicas: 0 };
  },

  validate({ spec }) {
    return [
      ...nonNegative("spec.minReadySeconds", spec.minReadySeconds),
      ...labelErrors("spec.selector", spec.selector),
      ...(hasAny(spec.selector) ? [] : [required("spec.selector")]),
      ...nonNegative("spec.replicas", spec.replicas),
      ...templateErrors("spec.template", spec),
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

  warnings(controller, previous) {
    const { template } = controller.spec;
    return [
      ...(previous ? [] : hostnameWarnings(controller)),
      ...(template ? templateWarnings("spec.template", template, previous?.spec.template) : []),
    ];
  },
};

function templateErrors(
  field: string,
  { template, selector = {}, replicas = 0 }: ReplicationControllerSpec,
): FieldError[] {
  if (!template) return [required(field)];
  const labels = template.metadata?.labels;
  const isPicked = matchesLabels(selector, labels ?? {});
  const why = "`selector` does not match template `labels`";
  return [
    ...(isPicked ? [] : [invalid(`${field}.metadata.labels`, labels, why)]),
    ...podTemplateErrors(field, template),
    ...(replicas > 1 ? sharedDiskErrors(`${field}.spec.volumes`, template.spec?.volumes) : []),
    ...alwaysRunningErrors(field, template, "ReplicationController"),
  ];
}

function hasAny(labels: Readonly<Record<string, string>> | undefined): boolean {
  return Object.keys(labels ?? {}).length > 0;
}
