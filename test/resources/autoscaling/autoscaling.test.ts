import { expect, test } from "vitest";

import type { HorizontalPodAutoscaler } from "../../../src/api/types.gen.ts";
import { horizontalPodAutoscalersV1 } from "../../../src/resources/autoscaling/horizontal-pod-autoscaler-v1.ts";
import { horizontalPodAutoscalers } from "../../../src/resources/autoscaling/horizontal-pod-autoscaler.ts";
import { cells, defaulted, problems } from "../admitted.ts";

const scaleTargetRef = { apiVersion: "apps/v1", kind: "Deployment", name: "web" };
const memory = {
  type: "Resource",
  resource: { name: "memory", target: { type: "AverageValue", averageValue: "1Gi" } },
};
const cpu = { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 50 } } };

test("an autoscaler watches the CPU unless told otherwise, and knows both directions once told of one", () => {
  const { spec } = defaulted(horizontalPodAutoscalers, {
    spec: { scaleTargetRef, maxReplicas: 3, behavior: { scaleDown: { stabilizationWindowSeconds: 5 } } },
  });

  expect(spec).toMatchObject({
    minReplicas: 1,
    metrics: [{ type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 80 } } }],
    behavior: {
      scaleUp: { stabilizationWindowSeconds: 0, selectPolicy: "Max" },
      scaleDown: { stabilizationWindowSeconds: 5, policies: [{ type: "Percent", value: 100, periodSeconds: 15 }] },
    },
  });
});

test("an autoscaler's bounds and metrics are checked", () => {
  const metrics = [{ type: "Resource" }, { ...cpu, pods: { metric: { name: "x" }, target: { type: "Odd" } } }];

  expect(
    problems(horizontalPodAutoscalers, { spec: { scaleTargetRef: {}, minReplicas: 4, maxReplicas: 3, metrics } }),
  ).toEqual([
    "spec.maxReplicas: Invalid value: 3: must be greater than or equal to `minReplicas`",
    "spec.scaleTargetRef.kind: Required value",
    "spec.scaleTargetRef.name: Required value",
    "spec.metrics[0].resource: Required value: must populate information for the given metric source",
    'spec.metrics[1].pods.target.type: Invalid value: "Odd": must be either Utilization, Value, or AverageValue',
    "spec.metrics[1].pods.target.averageValue: Required value: must specify a positive target averageValue",
    "spec.metrics[1].pods: Forbidden: must populate the given metric source only",
  ]);
});

test("an autoscaler shows where its metrics are", () => {
  const autoscaler = defaulted(horizontalPodAutoscalers, {
    spec: { scaleTargetRef, maxReplicas: 3, metrics: [cpu, memory, memory] },
  });
  const currentMetrics = [{ type: "Resource", resource: { name: "cpu", current: { averageUtilization: 12 } } }];

  expect(
    cells(
      horizontalPodAutoscalers,
      { ...autoscaler, status: { desiredReplicas: 2, currentReplicas: 1, currentMetrics } },
      0,
    ),
  ).toMatchObject({
    Reference: "Deployment/web",
    Targets: "cpu: 12%/50%, memory: <unknown>/1Gi + 1 more...",
    MinPods: "1",
    MaxPods: 3,
    Replicas: 1,
  });
});

test("the first version carries in annotations what it has no fields for, and gives it back", () => {
  const conditions = [{ type: "AbleToScale", status: "True" }];
  const stored = {
    ...defaulted(horizontalPodAutoscalers, { spec: { scaleTargetRef, maxReplicas: 3, metrics: [cpu, memory] } }),
    status: { desiredReplicas: 2, currentReplicas: 1, conditions, currentMetrics: [] },
  } as HorizontalPodAutoscaler;
  const first = horizontalPodAutoscalersV1.storedAs?.fromStored(stored);

  expect(first).toMatchObject({
    apiVersion: "autoscaling/v1",
    metadata: {
      annotations: {
        "autoscaling.alpha.kubernetes.io/metrics":
          '[{"type":"Resource","resource":{"name":"memory","targetAverageValue":"1Gi"}}]',
        "autoscaling.alpha.kubernetes.io/conditions": JSON.stringify(conditions),
      },
    },
    spec: { targetCPUUtilizationPercentage: 50 },
  });
  expect(first && horizontalPodAutoscalersV1.storedAs?.toStored(first)).toEqual(stored);
});
