import { formatLabels, formatLabelSelector } from "../../api/selectors.ts";
import type {
  HorizontalPodAutoscaler,
  MetricSpec,
  MetricStatus,
  PodDisruptionBudget,
  PriorityClass,
} from "../../api/types.gen.ts";
import { describer, type Describer } from "./describer.ts";
import { type Description, longTime } from "./description.ts";

export const podDisruptionBudget: Describer = describer<PodDisruptionBudget>(
  "policy",
  "PodDisruptionBudget",
  ({ metadata, spec, status }, { to }) => {
    to.field("Name", metadata.name);
    to.field("Namespace", metadata.namespace ?? "");
    if (spec?.minAvailable !== undefined) to.field("Min available", spec.minAvailable);
    else if (spec?.maxUnavailable !== undefined) to.field("Max unavailable", spec.maxUnavailable);
    to.field("Selector", spec?.selector ? formatLabelSelector(spec.selector) : "<unset>");
    to.line("Status:");
    to.field("    Allowed disruptions", status?.disruptionsAllowed ?? 0);
    to.field("    Current", status?.currentHealthy ?? 0);
    to.field("    Desired", status?.desiredHealthy ?? 0);
    to.field("    Total", status?.expectedPods ?? 0);
  },
);

export const priorityClass: Describer = describer<PriorityClass>(
  "scheduling.k8s.io",
  "PriorityClass",
  ({ metadata, value, globalDefault = false, preemptionPolicy = "", description = "" }, { to }) => {
    to.field("Name", metadata.name);
    to.field("Value", value);
    to.field("GlobalDefault", globalDefault);
    to.field("PreemptionPolicy", preemptionPolicy);
    to.field("Description", description);
    to.field("Annotations", formatLabels(metadata.annotations));
  },
);

export const horizontalPodAutoscaler: Describer = describer<HorizontalPodAutoscaler>(
  "autoscaling",
  "HorizontalPodAutoscaler",
  (object, { to }) => {
    const { metadata, spec, status } = object;
    to.field("Name", metadata.name);
    to.field("Namespace", metadata.namespace ?? "");
    to.labels("Labels", metadata.labels);
    to.annotations("Annotations", metadata.annotations);
    to.field("CreationTimestamp", longTime(metadata.creationTimestamp));
    to.field("Reference", `${spec?.scaleTargetRef.kind ?? ""}/${spec?.scaleTargetRef.name ?? ""}`);
    to.line("Metrics:\t( current / target )");
    for (const [index, metric] of (spec?.metrics ?? []).entries())
      describeMetric(metric, status?.currentMetrics?.[index], to);
    to.field("Min replicas", spec?.minReplicas ?? "<unset>");
    to.field("Max replicas", spec?.maxReplicas ?? 0);
    describeBehavior(object, to);
    to.line(
      `${spec?.scaleTargetRef.kind ?? ""} pods:\t${status?.currentReplicas ?? 0} current / ${status?.desiredReplicas ?? 0} desired`,
    );
    const conditions = status?.conditions ?? [];
    if (conditions.length === 0) return;
    to.line("Conditions:");
    to.line("Type\tStatus\tReason\tMessage", 1);
    to.line("----\t------\t------\t-------", 1);
    for (const { type, status: is, reason = "", message = "" } of conditions)
      to.line(`${type}\t${is}\t${reason}\t${message}`, 1);
  },
);

function describeMetric(
  { resource, pods, object, type }: MetricSpec,
  current: MetricStatus | undefined,
  to: Description,
): void {
  if (resource) {
    const now = current?.resource?.current;
    const { averageUtilization, averageValue } = resource.target;
    if (averageUtilization === undefined) {
      return to.line(
        `resource ${resource.name} on pods:\t${now?.averageValue ?? "<unknown>"} / ${averageValue ?? ""}`,
        1,
      );
    }
    const shown =
      now?.averageUtilization === undefined ? "<unknown>" : `${now.averageUtilization}% (${now.averageValue ?? ""})`;
    return to.line(
      `resource ${resource.name} on pods  (as a percentage of request):\t${shown} / ${averageUtilization}%`,
      1,
    );
  }
  if (pods) {
    const now = current?.pods?.current.averageValue ?? "<unknown>";
    return to.line(`${JSON.stringify(pods.metric.name)} on pods:\t${now} / ${pods.target.averageValue ?? ""}`, 1);
  }
  if (object) {
    const now = current?.object?.current.value ?? "<unknown>";
    const of = `${object.describedObject.kind}/${object.describedObject.name}`;
    return to.line(
      `${JSON.stringify(object.metric.name)} on ${of} (target value):\t${now} / ${object.target.value ?? ""}`,
      1,
    );
  }
  to.line(`<unknown metric type ${JSON.stringify(type)}>`, 1);
}

function describeBehavior({ spec }: HorizontalPodAutoscaler, to: Description): void {
  if (!spec?.behavior) return;
  to.line("Behavior:");
  for (const [title, rules] of [
    ["Scale Up", spec.behavior.scaleUp],
    ["Scale Down", spec.behavior.scaleDown],
  ] as const) {
    if (!rules) continue;
    to.line(`${title}:`, 1);
    if (rules.stabilizationWindowSeconds !== undefined) {
      to.field("Stabilization Window", `${rules.stabilizationWindowSeconds} seconds`, 2);
    }
    if ((rules.policies ?? []).length === 0) continue;
    to.field("Select Policy", rules.selectPolicy ?? "Max", 2);
    to.line("Policies:", 2);
    for (const { type, value, periodSeconds } of rules.policies ?? []) {
      to.line(`- Type: ${type}\tValue: ${value}\tPeriod: ${periodSeconds} seconds`, 3);
    }
  }
}
