import { describe, expect, test } from "vitest";

import type { Pod } from "../../src/api/types.gen.ts";
import { type PodMetrics, podMetrics } from "../../src/client/pod-metrics.ts";
import { horizontalPodAutoscaler } from "../../src/controllers/autoscaling/horizontal-pod-autoscaler.ts";
import { replicaSetController } from "../../src/controllers/replica-set.ts";
import { serviceAccountController } from "../../src/controllers/service-account.ts";
import { replicaSets } from "../../src/resources/apps/replica-set.ts";
import { horizontalPodAutoscalers } from "../../src/resources/autoscaling/horizontal-pod-autoscaler.ts";
import { pods } from "../../src/resources/core/pod.ts";
import { builtinResources } from "../../src/resources/index.ts";
import { VirtualClock } from "../../src/sim/virtual-clock.ts";
import { template } from "./test-cluster.ts";
import { running, type TestControlPlane, testControlPlane } from "./test-control-plane.ts";

/** Every pod uses as many thousandths of a core as the test says. */
class Load implements PodMetrics {
  millicores = 0;
  readonly #clock: VirtualClock;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  usageOf(pod: Pod): ReturnType<PodMetrics["usageOf"]> {
    if (pod.status?.phase !== "Running") return undefined;
    const containers = new Map([["main", { nanoCores: this.millicores * 1e6, memoryBytes: 1 << 20 }]]);
    return { takenAt: this.#clock.now(), windowMs: 15_000, containers };
  }
}

async function autoscaled(spec: object = {}, metered = true): Promise<{ t: TestControlPlane; load: Load }> {
  let load: Load | undefined;
  const t = await testControlPlane((clock) => {
    load = new Load(clock);
    const settings = { resources: () => builtinResources, ...(metered ? { podMetrics: load } : {}) };
    return [serviceAccountController, replicaSetController(), horizontalPodAutoscaler(settings)];
  });
  const pod = template("web");
  const containers = [{ name: "main", image: "nginx", resources: { requests: { cpu: "100m" } } }];
  await t.create({
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: { name: "web" },
    spec: { replicas: 1, selector: { matchLabels: { app: "web" } }, template: { ...pod, spec: { containers } } },
  });
  await start(t);
  await t.advance("10m");
  const target = { apiVersion: "apps/v1", kind: "ReplicaSet", name: "web" };
  const metrics = [
    { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 50 } } },
  ];
  if (load) load.millicores = 50;
  await t.create({
    apiVersion: "autoscaling/v2",
    kind: "HorizontalPodAutoscaler",
    metadata: { name: "web" },
    spec: { scaleTargetRef: target, minReplicas: 1, maxReplicas: 10, metrics, ...spec },
  });
  if (!load) throw new Error("no load");
  return { t, load };
}

/** Plays the kubelet: new pods run, and have done so for a while. */
async function start(t: TestControlPlane): Promise<void> {
  for (const { metadata, status } of await t.pods()) {
    if (status?.phase !== "Running") await t.patch(pods, metadata.name, running("2024-12-31T00:00:00Z"), "status");
  }
}

async function size(t: TestControlPlane): Promise<number | undefined> {
  return (await t.get(replicaSets, "web")).spec.replicas;
}

/** Looks for so many times 15 s, with all pods running. */
async function look(t: TestControlPlane, times: number): Promise<void> {
  for (let time = 0; time < times; time++) {
    await start(t);
    await t.advance("15s");
  }
}

async function verdicts(t: TestControlPlane): Promise<readonly unknown[]> {
  const { status } = await t.get(horizontalPodAutoscalers, "web");
  return (status?.conditions ?? []).map((one) => [one.type, one.status, one.reason, one.message]);
}

describe("a HorizontalPodAutoscaler", () => {
  test("grows to what the usage asks for, at most to the double or to four", async () => {
    const { t, load } = await autoscaled();
    await using _ = t;
    expect(await size(t)).toBe(1);
    load.millicores = 300;
    await look(t, 1);
    expect(await size(t)).toBe(4);
    expect(await verdicts(t)).toContainEqual([
      "ScalingLimited",
      "True",
      "ScaleUpLimit",
      "the desired replica count is increasing faster than the maximum scale rate",
    ]);
    load.millicores = 100;
    await look(t, 1);
    expect(await size(t)).toBe(8);
    expect(await t.events("web")).toContain(
      "Normal SuccessfulRescale New size: 8; reason: cpu resource utilization (percentage of request) above target",
    );
    load.millicores = 50;
    await look(t, 1);
    const { status } = await t.get(horizontalPodAutoscalers, "web");
    expect(status).toMatchObject({
      currentReplicas: 8,
      desiredReplicas: 8,
      currentMetrics: [
        { type: "Resource", resource: { name: "cpu", current: { averageUtilization: 50, averageValue: "50m" } } },
      ],
    });
    await look(t, 1);
    expect(await verdicts(t)).toEqual([
      ["AbleToScale", "True", "ReadyForNewScale", "recommended size matches current size"],
      [
        "ScalingActive",
        "True",
        "ValidMetricFound",
        "the HPA was able to successfully calculate a replica count from cpu resource utilization (percentage of request)",
      ],
      ["ScalingLimited", "False", "DesiredWithinRange", "the desired count is within the acceptable range"],
    ]);
  });

  test("stays within a tenth of its target", async () => {
    const { t, load } = await autoscaled();
    await using _ = t;
    load.millicores = 54;
    await look(t, 2);
    expect(await size(t)).toBe(1);
    load.millicores = 56;
    await look(t, 1);
    expect(await size(t)).toBe(2);
  });

  test("shrinks only when the usage has been low for five minutes", async () => {
    const { t, load } = await autoscaled();
    await using _ = t;
    load.millicores = 200;
    await look(t, 1);
    load.millicores = 10;
    await look(t, 10);
    expect(await size(t)).toBe(4);
    expect(await verdicts(t)).toContainEqual([
      "AbleToScale",
      "True",
      "ScaleDownStabilized",
      "recent recommendations were higher than current one, applying the highest recent recommendation",
    ]);
    await look(t, 12);
    expect(await size(t)).toBe(1);
    expect(await t.events("web")).toContain("Normal SuccessfulRescale New size: 1; reason: All metrics below target");
  });

  test("keeps to the pace of its behavior", async () => {
    const policies = [{ type: "Pods", value: 1, periodSeconds: 60 }];
    const behavior = { scaleUp: { policies }, scaleDown: { policies, stabilizationWindowSeconds: 0 } };
    const { t, load } = await autoscaled({ behavior });
    await using _ = t;
    load.millicores = 500;
    const sizes: (number | undefined)[] = [];
    for (let minute = 0; minute < 3; minute++) {
      await look(t, 4);
      sizes.push(await size(t));
    }
    expect(sizes).toEqual([2, 3, 4]);
    load.millicores = 0;
    await look(t, 3);
    expect(await size(t)).toBe(3);
  });

  test("corrects a size outside its limits at once", async () => {
    const { t } = await autoscaled({ minReplicas: 3 });
    await using _ = t;
    expect(await size(t)).toBe(3);
    expect(await t.events("web")).toContain(
      "Normal SuccessfulRescale New size: 3; reason: Current number of replicas below Spec.MinReplicas",
    );
  });

  test("rests while its target has no replicas", async () => {
    const { t } = await autoscaled();
    await using _ = t;
    await t.patch(replicaSets, "web", { spec: { replicas: 0 } });
    await look(t, 1);
    expect(await size(t)).toBe(0);
    expect(await verdicts(t)).toContainEqual([
      "ScalingActive",
      "False",
      "ScalingDisabled",
      "scaling is disabled since the replica count of the target is zero",
    ]);
  });

  test("scales by what one container of each pod uses", async () => {
    const target = { type: "Utilization", averageUtilization: 50 };
    const containerResource = { name: "cpu", container: "main", target };
    const { t, load } = await autoscaled({ metrics: [{ type: "ContainerResource", containerResource }] });
    await using _ = t;
    load.millicores = 150;
    await look(t, 1);
    expect(await size(t)).toBe(3);
    expect(await t.events("web")).toContain(
      "Normal SuccessfulRescale New size: 3; reason: cpu container resource utilization (percentage of request) above target",
    );
    expect((await t.get(horizontalPodAutoscalers, "web")).status?.currentMetrics).toEqual([
      {
        type: "ContainerResource",
        containerResource: {
          name: "cpu",
          container: "main",
          current: { averageUtilization: 150, averageValue: "150m" },
        },
      },
    ]);
  });

  const average = { type: "AverageValue", averageValue: "10" };
  const service = { apiVersion: "v1", kind: "Service", name: "web" };
  const custom =
    "unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered";
  const external =
    "unable to get external metric default/queue/&LabelSelector{MatchLabels:map[string]string{a: b,},MatchExpressions:[]LabelSelectorRequirement{},}: unable to fetch metrics from external metrics API: the server could not find the requested resource (get queue.external.metrics.k8s.io)";
  test.each([
    {
      metric: { type: "Pods", pods: { metric: { name: "hits" }, target: average } },
      reason: "FailedGetPodsMetric",
      message: `unable to get metric hits: ${custom}`,
      first: `failed to get pods metric value: unable to get metric hits: ${custom}`,
    },
    {
      metric: {
        type: "Object",
        object: { metric: { name: "hits" }, describedObject: service, target: { type: "Value", value: "2k" } },
      },
      reason: "FailedGetObjectMetric",
      message: `unable to get metric hits: Service on default web/${custom}`,
      first: `failed to get object metric value: unable to get metric hits: Service on default web/${custom}`,
    },
    {
      metric: {
        type: "External",
        external: { metric: { name: "queue", selector: { matchLabels: { a: "b" } } }, target: average },
      },
      reason: "FailedGetExternalMetric",
      message: external,
      first: `failed to get queue external metric value: failed to get queue external metric: ${external}`,
    },
  ])("says that nobody serves metrics of type $metric.type", async ({ metric, reason, message, first }) => {
    const { t } = await autoscaled({ metrics: [metric] });
    await using _ = t;
    expect(await verdicts(t)).toContainEqual([
      "ScalingActive",
      "False",
      reason,
      `the HPA was unable to compute the replica count: ${message}`,
    ]);
    const summary = `invalid metrics (1 invalid out of 1), first error is: ${first}`;
    const told = await t.events("web");
    expect(told).toContain(`Warning ${reason} ${message}`);
    expect(told).toContain(`Warning FailedComputeMetricsReplicas ${summary}`);
  });

  test("shares its pods with no other", async () => {
    const { t } = await autoscaled();
    await using _ = t;
    await look(t, 1);
    const { spec } = await t.get(horizontalPodAutoscalers, "web");
    await t.create({
      apiVersion: "autoscaling/v2",
      kind: "HorizontalPodAutoscaler",
      metadata: { name: "again" },
      spec,
    });
    await look(t, 1);
    const message = "pods by selector app=web are controlled by multiple HPAs: [default/again default/web]";
    expect(await verdicts(t)).toContainEqual(["ScalingActive", "False", "AmbiguousSelector", message]);
    const told = await t.events("again");
    expect(told).toContain(`Warning AmbiguousSelector ${message}`);
    expect(told).toContain(`Warning FailedComputeMetricsReplicas ${message}`);
    await t.remove(horizontalPodAutoscalers, "again");
    await look(t, 1);
    expect(await verdicts(t)).toContainEqual([
      "ScalingActive",
      "True",
      "ValidMetricFound",
      expect.stringContaining("cpu resource utilization"),
    ]);
  });

  test("changes the scale of its target, and owns nothing else of it", async () => {
    const { t, load } = await autoscaled();
    await using _ = t;
    load.millicores = 100;
    await look(t, 1);
    const { managedFields } = (await t.get(replicaSets, "web")).metadata;
    expect(managedFields?.filter(({ subresource }) => subresource === "scale")).toMatchObject([
      { manager: "kube-controller-manager", operation: "Update", fieldsV1: { "f:spec": { "f:replicas": {} } } },
    ]);
  });

  test("says that there is no metrics server", async () => {
    const { t } = await autoscaled({}, false);
    await using _ = t;
    const why =
      "failed to get cpu utilization: unable to get metrics for resource cpu: unable to fetch metrics from resource metrics API: the server could not find the requested resource (get pods.metrics.k8s.io)";
    expect(await verdicts(t)).toContainEqual([
      "ScalingActive",
      "False",
      "FailedGetResourceMetric",
      `the HPA was unable to compute the replica count: ${why}`,
    ]);
    expect((await t.events("web")).filter((event) => event.startsWith("Warning"))).toEqual([
      `Warning FailedGetResourceMetric ${why}`,
      `Warning FailedComputeMetricsReplicas invalid metrics (1 invalid out of 1), first error is: failed to get cpu resource metric value: ${why}`,
    ]);
  });
});

describe("pod metrics", () => {
  test("turn counters into a rate over the last window", async () => {
    const clock = new VirtualClock();
    const counters = { cpuNanoseconds: 0, memoryBytes: 5, startedAt: clock.now(), cpuLimit: Infinity };
    const metrics = podMetrics({ clock, countersOf: () => new Map([["main", { ...counters }]]) });
    const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "a", uid: "a" }, spec: { containers: [] } };
    expect(metrics.usageOf(pod)).toBeUndefined();
    await clock.advance(20_000);
    counters.cpuNanoseconds = 10e9;
    expect(metrics.usageOf(pod)?.containers.get("main")).toEqual({ nanoCores: 5e8, memoryBytes: 5 });
    await clock.advance(20_000);
    expect(metrics.usageOf(pod)?.containers.get("main")).toEqual({ nanoCores: 0, memoryBytes: 5 });
  });
});
