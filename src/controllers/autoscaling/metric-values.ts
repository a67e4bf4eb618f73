import { formatQuantity, parseQuantity } from "../../api/quantity.ts";
import type { MetricSpec, MetricStatus, MetricTarget, MetricValueStatus, Pod } from "../../api/types.gen.ts";
import type { PodMetrics } from "../../client/pod-metrics.ts";
import {
  type Measured,
  MetricsError,
  type Recommendation,
  replicasForAverage,
  replicasForUtilization,
} from "./replica-count.ts";
import { unmeasured } from "./unmeasured.ts";

export interface MetricContext {
  readonly namespace: string;
  readonly pods: readonly Pod[];
  /** None: there is no metrics server. */
  readonly metrics: PodMetrics | undefined;
  readonly now: number;
  readonly current: number;
}

/** What one metric asks for. */
export interface MetricValue {
  readonly replicas: number;
  /** As events name it. */
  readonly name: string;
  readonly status: MetricStatus;
}

/** Why a metric cannot be had. */
export interface MetricProblem {
  readonly reason: string;
  readonly message: string;
  /** As the list of all problems words it. */
  readonly summary: string;
}

/** Only cpu and memory are measured here. */
export function valueOf(spec: MetricSpec, context: MetricContext): MetricValue | MetricProblem {
  const { resource, containerResource } = spec;
  if (spec.type === "Resource" && resource) return resourceValue(resource.name, resource.target, undefined, context);
  if (spec.type === "ContainerResource" && containerResource) {
    return resourceValue(containerResource.name, containerResource.target, containerResource.container, context);
  }
  return unmeasured(spec, context.namespace);
}

function resourceValue(
  name: string,
  target: MetricTarget,
  container: string | undefined,
  context: MetricContext,
): MetricValue | MetricProblem {
  const isUtilization = target.averageUtilization !== undefined;
  try {
    const recommendation = recommend({ name, target, container }, context);
    const kind = container === undefined ? "resource" : "container resource";
    const current: MetricValueStatus = {
      ...(recommendation.utilization === undefined ? {} : { averageUtilization: recommendation.utilization }),
      averageValue: amountOf(recommendation.averageMillis, name),
    };
    const status: MetricStatus =
      container === undefined
        ? { type: "Resource", resource: { name, current } }
        : { type: "ContainerResource", containerResource: { name, container, current } };
    const suffix = isUtilization ? " utilization (percentage of request)" : "";
    return { replicas: recommendation.replicas, name: `${name} ${kind}${suffix}`, status };
  } catch (error) {
    if (!(error instanceof MetricsError)) throw error;
    const message = `failed to get ${name} ${isUtilization ? "utilization" : "usage"}: ${error.message}`;
    const kind = container === undefined ? "resource metric" : "container metric";
    const reason = container === undefined ? "FailedGetResourceMetric" : "FailedGetContainerResourceMetric";
    return { reason, message, summary: `failed to get ${name} ${kind} value: ${message}` };
  }
}

function recommend(
  { name, target, container }: { name: string; target: MetricTarget; container: string | undefined },
  { pods, metrics, now, current }: MetricContext,
): Recommendation {
  if (!metrics) {
    const why =
      "unable to fetch metrics from resource metrics API: the server could not find the requested resource (get pods.metrics.k8s.io)";
    throw new MetricsError(`unable to get metrics for resource ${name}: ${why}`);
  }
  if (name !== "cpu" && name !== "memory") {
    throw new MetricsError(`unable to get metrics for resource ${name}: no metrics returned from resource metrics API`);
  }
  const measured: Measured = { resource: name, pods, metrics, now, ...(container === undefined ? {} : { container }) };
  if (target.averageUtilization !== undefined)
    return replicasForUtilization(measured, target.averageUtilization, current);
  const { nanos } = parseQuantity(target.averageValue ?? "0");
  return replicasForAverage(measured, Number(nanos / 1_000_000n), current);
}

function amountOf(millis: number, resource: string): string {
  return formatQuantity({ nanos: BigInt(millis) * 1_000_000n, format: resource === "memory" ? "binary" : "decimal" });
}
