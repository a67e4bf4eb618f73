import { formatLabelSelector } from "../../api/selectors.ts";
import { type FieldError, invalid, notAllowed, notSupported } from "../../api/status.ts";
import type { Deployment, DeploymentSpec, DeploymentStrategy } from "../../api/types.gen.ts";
import { age, name } from "../columns.ts";
import type { ResourceDefinition } from "../definition.ts";
import { immutable, nonNegative } from "../field-checks.ts";
import { intOrPercentErrors } from "../int-or-percent.ts";
import { defaultPodTemplate } from "../pod-template/default-pod-spec.ts";
import { hostnameWarnings } from "../pod-template/hostname-warnings.ts";
import { containerColumns } from "../pod-template/template-columns.ts";
import { templateWarnings } from "../pod-template/warnings.ts";
import { amountOf } from "./amount.ts";
import { collisionErrors, countErrors } from "./counts.ts";
import { replicatedTemplateErrors, requiredSelectorErrors } from "./replica-set.ts";

/** https://kubernetes.io/docs/concepts/workloads/controllers/deployment/ */
export const deployments: ResourceDefinition<Deployment> = {
  group: "apps",
  version: "v1",
  kind: "Deployment",
  plural: "deployments",
  shortNames: ["deploy"],
  categories: ["all"],
  namespaced: true,
  type: "io.k8s.api.apps.v1.Deployment",
  subresources: ["scale", "status"],
  tracksGeneration: true,
  columns: [
    name,
    { name: "Ready", value: ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec.replicas ?? 0}` },
    { name: "Up-to-date", value: ({ status }) => status?.updatedReplicas ?? 0 },
    { name: "Available", value: ({ status }) => status?.availableReplicas ?? 0 },
    age,
    ...containerColumns<Deployment>(({ spec }) => spec.template),
    { name: "Selector", priority: 1, value: ({ spec }) => formatLabelSelector(spec.selector) },
  ],

  default(deployment) {
    deployment.spec ??= {} as typeof deployment.spec;
    const { spec } = deployment;
    spec.replicas ??= 1;
    spec.revisionHistoryLimit ??= 10;
    spec.progressDeadlineSeconds ??= 600;
    spec.strategy ??= {};
    spec.strategy.type ||= "RollingUpdate";
    if (spec.strategy.type === "RollingUpdate") {
      spec.strategy.rollingUpdate = { maxUnavailable: "25%", maxSurge: "25%", ...spec.strategy.rollingUpdate };
    }
    spec.template ??= {};
    defaultPodTemplate(spec.template);
  },

  prepareForCreate(deployment) {
    deployment.status = {};
  },

  prepareForStatus({ metadata }, { metadata: { labels } }) {
    // The labels as they were: a status is not the place to change them.
    if (labels) metadata.labels = labels;
    else delete metadata.labels;
  },

  validate({ spec }, previous) {
    return [
      ...nonNegative("spec.replicas", spec.replicas),
      ...requiredSelectorErrors(spec.selector),
      ...replicatedTemplateErrors(spec),
      ...strategyErrors("spec.strategy", spec.strategy ?? {}),
      ...nonNegative("spec.minReadySeconds", spec.minReadySeconds),
      ...nonNegative("spec.revisionHistoryLimit", spec.revisionHistoryLimit),
      ...deadlineErrors(spec),
      ...(previous ? immutable("spec.selector", spec.selector, previous.spec.selector) : []),
    ];
  },

  validateStatus({ status }, previous) {
    const counts = ["replicas", "updatedReplicas", "readyReplicas", "availableReplicas", "unavailableReplicas"];
    return [
      ...countErrors(status, {
        fields: ["observedGeneration", ...counts, "collisionCount"],
        atMost: [
          ["updatedReplicas", "replicas", "status.replicas"],
          ["readyReplicas", "replicas", "status.replicas"],
          ["availableReplicas", "replicas", "status.replicas"],
          ["availableReplicas", "readyReplicas", "readyReplicas"],
        ],
      }),
      ...collisionErrors(status?.collisionCount, previous.status?.collisionCount),
    ];
  },

  warnings(deployment, previous) {
    const { spec } = deployment;
    return [
      ...(previous ? [] : hostnameWarnings(deployment)),
      ...templateWarnings("spec.template", spec.template, previous?.spec.template),
    ];
  },
};

function strategyErrors(field: string, { type, rollingUpdate }: DeploymentStrategy): FieldError[] {
  if (type === "Recreate") {
    if (!rollingUpdate) return [];
    return [notAllowed(`${field}.rollingUpdate`, "may not be specified when strategy `type` is 'Recreate'")];
  }
  if (type !== "RollingUpdate") return [notSupported(field, { type }, ["Recreate", "RollingUpdate"])];
  const { maxUnavailable, maxSurge } = rollingUpdate ?? {};
  const path = `${field}.rollingUpdate.maxUnavailable`;
  const isStuck = amountOf(maxUnavailable) === 0 && amountOf(maxSurge) === 0;
  return [
    ...intOrPercentErrors(path, maxUnavailable),
    ...intOrPercentErrors(`${field}.rollingUpdate.maxSurge`, maxSurge, Infinity),
    ...(isStuck ? [invalid(path, maxUnavailable, "may not be 0 when `maxSurge` is 0")] : []),
  ];
}

function deadlineErrors({ progressDeadlineSeconds: deadline, minReadySeconds = 0 }: DeploymentSpec): FieldError[] {
  const field = "spec.progressDeadlineSeconds";
  const isTooSoon = deadline !== undefined && deadline <= minReadySeconds;
  return [
    ...nonNegative(field, deadline),
    ...(isTooSoon ? [invalid(field, deadline, "must be greater than minReadySeconds")] : []),
  ];
}
