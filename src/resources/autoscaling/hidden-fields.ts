import type {
  HorizontalPodAutoscalerBehavior,
  HorizontalPodAutoscalerCondition,
  MetricSpec,
  MetricStatus,
} from "../../api/types.gen.ts";
import { newMetric, newMetricStatus, oldMetric, oldMetricStatus } from "./old-metrics.ts";

/** What autoscaling/v1 has no fields for. */
export interface HiddenFields {
  readonly metrics: readonly MetricSpec[];
  readonly currentMetrics: readonly MetricStatus[];
  readonly behavior?: HorizontalPodAutoscalerBehavior;
  readonly conditions?: readonly HorizontalPodAutoscalerCondition[];
}

type Annotations = Readonly<Record<string, string>>;

const prefix = "autoscaling.alpha.kubernetes.io/";

/** Reads them out of the annotations in which they travel; `otherAnnotations` are the rest. */
export function readHidden(annotations: Annotations = {}): HiddenFields & { readonly otherAnnotations: Annotations } {
  const read = (name: string): unknown => parsed(annotations[prefix + name]);
  const behavior = read("behavior") as HorizontalPodAutoscalerBehavior | undefined;
  const conditions = read("conditions") as HorizontalPodAutoscalerCondition[] | undefined;
  const others = Object.entries(annotations).filter(([key]) => !names.some((name) => key === prefix + name));
  return {
    metrics: listOf(read("metrics")).map((metric) => newMetric(metric)),
    currentMetrics: listOf(read("current-metrics")).map((metric) => newMetricStatus(metric)),
    ...(behavior ? { behavior } : {}),
    ...(conditions ? { conditions } : {}),
    otherAnnotations: Object.fromEntries(others),
  };
}

const names = ["metrics", "current-metrics", "behavior", "conditions"];

/** An annotation that a user has written wrongly says nothing. */
function parsed(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function listOf(value: unknown): readonly Record<string, unknown>[] {
  return Array.isArray(value) ? (value as Record<string, unknown>[]) : [];
}

/** The annotations with the hidden fields among them; undefined when there are none at all. */
export function writeHidden(annotations: Annotations | undefined, hidden: HiddenFields): Annotations | undefined {
  const { metrics, currentMetrics, behavior, conditions } = hidden;
  const written: Record<string, string> = {};
  if (metrics.length > 0) written["metrics"] = JSON.stringify(metrics.map((metric) => oldMetric(metric)));
  if (currentMetrics.length > 0) {
    written["current-metrics"] = JSON.stringify(currentMetrics.map((metric) => oldMetricStatus(metric)));
  }
  if (behavior) written["behavior"] = JSON.stringify(behavior);
  if (conditions?.length) written["conditions"] = JSON.stringify(conditions);
  const named = Object.entries(written).map(([name, text]) => [prefix + name, text]);
  return named.length > 0 ? { ...annotations, ...(Object.fromEntries(named) as Annotations) } : annotations;
}
