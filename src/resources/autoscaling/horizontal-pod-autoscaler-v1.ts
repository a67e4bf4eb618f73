import { cloneTree, type KubeObject } from "../../api/object.ts";
import type {
  AutoscalingV1HorizontalPodAutoscaler as AutoscalerV1,
  HorizontalPodAutoscaler,
  MetricSpec,
} from "../../api/types.gen.ts";
import { columnsThrough } from "../columns.ts";
import type { ResourceDefinition } from "../definition.ts";
import { readHidden, writeHidden } from "./hidden-fields.ts";
import { autoscalerColumns, defaultAutoscaler, horizontalPodAutoscalers } from "./horizontal-pod-autoscaler.ts";

/** The first version, which knows only the pods' CPU: the rest travels in annotations. */
export const horizontalPodAutoscalersV1: ResourceDefinition<AutoscalerV1> = {
  group: "autoscaling",
  version: "v1",
  kind: "HorizontalPodAutoscaler",
  plural: "horizontalpodautoscalers",
  shortNames: ["hpa"],
  categories: ["all"],
  namespaced: true,
  type: "io.k8s.api.autoscaling.v1.HorizontalPodAutoscaler",
  subresources: ["status"],
  columns: columnsThrough(autoscalerColumns, toStored),
  storedAs: { resource: horizontalPodAutoscalers, toStored, fromStored },

  default(autoscaler) {
    autoscaler.spec ??= { maxReplicas: 0, scaleTargetRef: { kind: "", name: "" } };
    autoscaler.spec.minReplicas ??= 1;
  },

  prepareForCreate(autoscaler) {
    autoscaler.status = { currentReplicas: 0, desiredReplicas: 0 };
  },

  validate: (autoscaler) => horizontalPodAutoscalers.validate?.(toStored(autoscaler)) ?? [],
};

function toStored({ metadata, spec, status }: AutoscalerV1): HorizontalPodAutoscaler {
  const hidden = readHidden(metadata.annotations);
  const { targetCPUUtilizationPercentage: percent, ...sameSpec } = spec;
  const { currentCPUUtilizationPercentage: current, ...sameStatus } = status ?? { desiredReplicas: 0 };
  const cpu: MetricSpec[] = percent === undefined ? [] : [cpuMetric({ averageUtilization: percent })];
  const stored = {
    apiVersion: "autoscaling/v2",
    kind: "HorizontalPodAutoscaler",
    metadata: { ...metadata, ...(metadata.annotations ? { annotations: hidden.otherAnnotations } : {}) },
    spec: {
      ...sameSpec,
      metrics: [...cpu, ...hidden.metrics],
      ...(hidden.behavior ? { behavior: hidden.behavior } : {}),
    },
    status: {
      ...sameStatus,
      ...(hidden.conditions ? { conditions: hidden.conditions } : {}),
      currentMetrics: [
        ...(current === undefined
          ? []
          : [{ type: "Resource", resource: { name: "cpu", current: { averageUtilization: current } } }]),
        ...hidden.currentMetrics,
      ],
    },
  } satisfies HorizontalPodAutoscaler;
  const copy = cloneTree<HorizontalPodAutoscaler>(stored);
  if (copy.metadata.annotations && Object.keys(copy.metadata.annotations).length === 0)
    delete copy.metadata.annotations;
  defaultAutoscaler(copy);
  return copy;
}

function cpuMetric({ averageUtilization }: { averageUtilization: number }): MetricSpec {
  return { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization } } };
}

function fromStored(object: KubeObject): AutoscalerV1 {
  const { metadata, spec, status } = object as HorizontalPodAutoscaler;
  const { metrics = [], behavior, ...sameSpec } = spec;
  const { currentMetrics = [], conditions, ...sameStatus } = status ?? { desiredReplicas: 0 };
  const isCpu = ({ type, resource }: MetricSpec): boolean =>
    type === "Resource" && resource?.name === "cpu" && resource.target.averageUtilization !== undefined;
  const cpu = metrics.find((metric) => isCpu(metric));
  const current = currentMetrics.find(({ resource }) => resource?.name === "cpu");
  const used = current?.resource?.current.averageUtilization;
  const percent = cpu?.resource?.target.averageUtilization;
  const annotations = writeHidden(metadata.annotations, {
    metrics: metrics.filter((metric) => metric !== cpu),
    currentMetrics: currentMetrics.filter((metric) => metric !== current || used === undefined),
    ...(behavior ? { behavior } : {}),
    ...(conditions ? { conditions } : {}),
  });
  return {
    apiVersion: "autoscaling/v1",
    kind: "HorizontalPodAutoscaler",
    metadata: { ...metadata, ...(annotations ? { annotations } : {}) },
    spec: { ...sameSpec, ...(percent === undefined ? {} : { targetCPUUtilizationPercentage: percent }) },
    status: {
      ...sameStatus,
      currentReplicas: sameStatus.currentReplicas ?? 0,
      ...(used === undefined ? {} : { currentCPUUtilizationPercentage: used }),
    },
  };
}
