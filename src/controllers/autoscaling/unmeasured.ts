import type { LabelSelector, MetricSpec } from "../../api/types.gen.ts";
import type { MetricProblem } from "./metric-values.ts";

const customApi =
  "unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered";

/**
 * Why a metric that only an adapter could serve is not to be had: there is none, as in a cluster just made.
 * https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#support-for-metrics-apis
 */
export function unmeasured({ type, pods, object, external }: MetricSpec, namespace: string): MetricProblem {
  if (external) {
    const { name, selector } = external.metric;
    const api = "unable to fetch metrics from external metrics API: the server could not find the requested resource";
    const cause = `${api} (get ${name}.external.metrics.k8s.io)`;
    const message = `unable to get external metric ${namespace}/${name}/${selectorText(selector)}: ${cause}`;
    const summary = `failed to get ${name} external metric value: failed to get ${name} external metric: ${message}`;
    return { reason: "FailedGetExternalMetric", message, summary };
  }
  if (object) {
    const { metric, describedObject, target } = object;
    // The words are in this order upstream too.
    const place = `${describedObject.kind} on ${namespace} ${describedObject.name}/${customApi}`;
    const message = `unable to get metric ${metric.name}: ${place}`;
    const cause = target.type === "AverageValue" ? `failed to get ${metric.name} object metric: ${message}` : message;
    return { reason: "FailedGetObjectMetric", message, summary: `failed to get object metric value: ${cause}` };
  }
  if (pods) {
    const message = `unable to get metric ${pods.metric.name}: ${customApi}`;
    return { reason: "FailedGetPodsMetric", message, summary: `failed to get pods metric value: ${message}` };
  }
  const message = `unknown metric source type ${JSON.stringify(type)}`;
  return { reason: "InvalidMetricSourceType", message, summary: message };
}

/** As Go prints one. */
function selectorText(selector: LabelSelector | undefined): string {
  if (!selector) return "nil";
  const labels = Object.entries(selector.matchLabels ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const matchLabels = labels.map(([key, value]) => `${key}: ${value},`).join("");
  const expressions = (selector.matchExpressions ?? []).map(({ key, operator, values = [] }) => {
    return `LabelSelectorRequirement{Key:${key},Operator:${operator},Values:[${values.join(" ")}],},`;
  });
  const rest = `MatchExpressions:[]LabelSelectorRequirement{${expressions.join("")}}`;
  return `&LabelSelector{MatchLabels:map[string]string{${matchLabels}},${rest},}`;
}
