import type { MetricSpec, MetricStatus, MetricTarget, MetricValueStatus } from "../../api/types.gen.ts";

const mostShown = 2;

/** `cpu: 12%/80%, memory: <unknown>/1Gi`: where each metric is, and where it should be. */
export function metricsText(metrics: readonly MetricSpec[], current: readonly MetricStatus[]): string {
  if (metrics.length === 0) return "<none>";
  const texts = metrics.map((metric, index) => metricText(metric, current[index]));
  const shown = texts.slice(0, mostShown).join(", ");
  return texts.length > mostShown ? `${shown} + ${texts.length - mostShown} more...` : shown;
}

function metricText(
  { type, resource, containerResource, pods, object, external }: MetricSpec,
  now?: MetricStatus,
): string {
  switch (type) {
    case "Resource":
      return resource ? resourceText(resource, now?.resource?.current) : "";
    case "ContainerResource":
      return containerResource ? resourceText(containerResource, now?.containerResource?.current) : "";
    case "Pods":
      return `${now?.pods?.current.averageValue ?? unknown}/${pods?.target.averageValue ?? ""}`;
    case "Object":
      return object ? valueText(object.target, now?.object?.current) : "";
    case "External":
      return external ? valueText(external.target, now?.external?.current) : "";
    default:
      return "<unknown type>";
  }
}

const unknown = "<unknown>";

function resourceText({ name, target }: { name: string; target: MetricTarget }, current?: MetricValueStatus): string {
  const { averageValue, averageUtilization } = target;
  if (averageValue !== undefined) return `${name}: ${current?.averageValue ?? unknown}/${averageValue}`;
  const used = current?.averageUtilization;
  const wanted = averageUtilization === undefined ? "<auto>" : `${averageUtilization}%`;
  return `${name}: ${used === undefined ? unknown : `${used}%`}/${wanted}`;
}

function valueText({ averageValue, value = "" }: MetricTarget, current?: MetricValueStatus): string {
  if (averageValue !== undefined) return `${current?.averageValue ?? unknown}/${averageValue} (avg)`;
  return `${current?.value ?? unknown}/${value}`;
}
