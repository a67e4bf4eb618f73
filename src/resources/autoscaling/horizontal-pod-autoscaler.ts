import type { Mutable } from "../../api/object.ts";
import { type FieldError, invalid } from "../../api/status.ts";
import type { HorizontalPodAutoscaler } from "../../api/types.gen.ts";
import { age, name } from "../columns.ts";
import type { Column, ResourceDefinition } from "../definition.ts";
import { behaviorErrors, defaultBehavior } from "./behavior.ts";
import { metricErrors } from "./metric-errors.ts";
import { metricsText } from "./metrics-text.ts";
import { targetErrors } from "./scale-target.ts";

export const autoscalerColumns: readonly Column<HorizontalPodAutoscaler>[] = [
  name,
  { name: "Reference", value: ({ spec }) => `${spec.scaleTargetRef.kind}/${spec.scaleTargetRef.name}` },
  { name: "Targets", value: ({ spec, status }) => metricsText(spec.metrics ?? [], status?.currentMetrics ?? []) },
  { name: "MinPods", value: ({ spec }) => String(spec.minReplicas ?? "<unset>") },
  { name: "MaxPods", value: ({ spec }) => spec.maxReplicas },
  { name: "Replicas", value: ({ status }) => status?.currentReplicas ?? 0 },
  age,
];

/** https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/ */
export const horizontalPodAutoscalers: ResourceDefinition<HorizontalPodAutoscaler> = {
  group: "autoscaling",
  version: "v2",
  kind: "HorizontalPodAutoscaler",
  plural: "horizontalpodautoscalers",
  shortNames: ["hpa"],
  categories: ["all"],
  namespaced: true,
  type: "io.k8s.api.autoscaling.v2.HorizontalPodAutoscaler",
  subresources: ["status"],
  columns: autoscalerColumns,

  default(autoscaler) {
    defaultAutoscaler(autoscaler);
  },

  prepareForCreate(autoscaler) {
    autoscaler.status = { desiredReplicas: 0 };
  },

  validate: ({ spec }) => [
    ...replicaErrors(spec),
    ...targetErrors("spec.scaleTargetRef", spec.scaleTargetRef),
    ...metricErrors("spec.metrics", spec.metrics ?? []),
    ...behaviorErrors("spec.behavior", spec.behavior),
  ],
};

const cpuPercent = 80;

export function defaultAutoscaler(autoscaler: Mutable<HorizontalPodAutoscaler>): void {
  autoscaler.spec ??= { maxReplicas: 0, scaleTargetRef: { kind: "", name: "" } };
  const { spec } = autoscaler;
  spec.maxReplicas ??= 0;
  spec.scaleTargetRef ??= { kind: "", name: "" };
  spec.minReplicas ??= 1;
  if (!spec.metrics?.length) {
    const target = { type: "Utilization", averageUtilization: cpuPercent };
    spec.metrics = [{ type: "Resource", resource: { name: "cpu", target } }];
  }
  if (spec.behavior) spec.behavior = defaultBehavior(spec.behavior);
}

function replicaErrors({ minReplicas, maxReplicas }: HorizontalPodAutoscaler["spec"]): FieldError[] {
  const errors: FieldError[] = [];
  if (minReplicas !== undefined && minReplicas < 1) {
    errors.push(invalid("spec.minReplicas", minReplicas, "must be greater than or equal to 1"));
  }
  if (maxReplicas < 1) errors.push(invalid("spec.maxReplicas", maxReplicas, "must be greater than 0"));
  if (minReplicas !== undefined && maxReplicas < minReplicas) {
    errors.push(invalid("spec.maxReplicas", maxReplicas, "must be greater than or equal to `minReplicas`"));
  }
  return errors;
}
