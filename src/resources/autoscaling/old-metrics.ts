import type {
  MetricIdentifier,
  MetricSpec,
  MetricStatus,
  MetricTarget,
  MetricValueStatus,
} from "../../api/types.gen.ts";

/** A metric as it was written before autoscaling/v2: flat, without targets of their own. */
export type OldMetric = Readonly<Record<string, unknown>>;

type Fields = Readonly<Record<string, unknown>>;

export function oldMetric(metric: MetricSpec): OldMetric {
  const { type, resource, containerResource, pods, object, external } = metric;
  return defined({
    type,
    resource: resource && { name: resource.name, ...oldAverages(resource.target) },
    containerResource: containerResource && {
      name: containerResource.name,
      container: containerResource.container,
      ...oldAverages(containerResource.target),
    },
    pods: pods && { ...oldName(pods.metric), targetAverageValue: pods.target.averageValue },
    object: object && {
      target: object.describedObject,
      ...oldName(object.metric),
      targetValue: object.target.value ?? "0",
      averageValue: object.target.averageValue,
    },
    external: external && {
      metricName: external.metric.name,
      metricSelector: external.metric.selector,
      targetValue: external.target.value,
      targetAverageValue: external.target.averageValue,
    },
  });
}

export function oldMetricStatus(metric: MetricStatus): OldMetric {
  const { type, resource, containerResource, pods, object, external } = metric;
  return defined({
    type,
    resource: resource && { name: resource.name, ...oldCurrent(resource.current) },
    containerResource: containerResource && {
      name: containerResource.name,
      container: containerResource.container,
      ...oldCurrent(containerResource.current),
    },
    pods: pods && { ...oldName(pods.metric), currentAverageValue: pods.current.averageValue },
    object: object && {
      target: object.describedObject,
      ...oldName(object.metric),
      currentValue: object.current.value ?? "0",
      averageValue: object.current.averageValue,
    },
    external: external && {
      metricName: external.metric.name,
      metricSelector: external.metric.selector,
      currentValue: external.current.value ?? "0",
      currentAverageValue: external.current.averageValue,
    },
  });
}

function oldName({ name, selector }: MetricIdentifier): Fields {
  return { metricName: name, selector };
}

function oldAverages({ averageUtilization, averageValue }: MetricTarget): Fields {
  return { targetAverageUtilization: averageUtilization, targetAverageValue: averageValue };
}

function oldCurrent({ averageUtilization, averageValue }: MetricValueStatus): Fields {
  return { currentAverageUtilization: averageUtilization, currentAverageValue: averageValue };
}

export function newMetric({ type, ...sources }: OldMetric): MetricSpec {
  const entries = Object.entries(sources).map(([source, value]) => {
    const old = value as Fields;
    const { targetAverageUtilization, targetAverageValue, targetValue, averageValue } = old;
    const average = targetAverageValue ?? averageValue;
    const target = defined({
      type: targetAverageUtilization === undefined ? (average === undefined ? "Value" : "AverageValue") : "Utilization",
      averageUtilization: targetAverageUtilization,
      averageValue: average,
      value: average === undefined ? targetValue : undefined,
    });
    return [source, { ...newSubject(old), target }];
  });
  return { type, ...Object.fromEntries(entries) } as MetricSpec;
}

export function newMetricStatus({ type, ...sources }: OldMetric): MetricStatus {
  const entries = Object.entries(sources).map(([source, value]) => {
    const old = value as Fields;
    const current = defined({
      averageUtilization: old["currentAverageUtilization"],
      averageValue: old["currentAverageValue"] ?? old["averageValue"],
      value: old["currentValue"],
    });
    return [source, { ...newSubject(old), current }];
  });
  return { type, ...Object.fromEntries(entries) } as MetricStatus;
}

/** What a metric is about: a resource by name, or a named metric, perhaps of some object. */
function newSubject({ name, container, metricName, selector, metricSelector, target }: Fields): Fields {
  const metric =
    metricName === undefined ? undefined : defined({ name: metricName, selector: selector ?? metricSelector });
  return defined({ name, container, metric, describedObject: target });
}

function defined(fields: Fields): Record<string, unknown> {
  const present = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(present);
}
