import { describe, expect, test } from "vitest";

import { disruptionController } from "../../src/controllers/disruption/pod-disruption-budget.ts";
import { staleDisruptionController } from "../../src/controllers/disruption/stale-disruption.ts";
import { replicaSetController } from "../../src/controllers/replica-set.ts";
import { serviceAccountController } from "../../src/controllers/service-account.ts";
import { replicaSets } from "../../src/resources/apps/replica-set.ts";
import { pods } from "../../src/resources/core/pod.ts";
import { builtinResources } from "../../src/resources/index.ts";
import { podDisruptionBudgets } from "../../src/resources/policy/pod-disruption-budget.ts";
import { template } from "./test-cluster.ts";
import { running, type TestControlPlane, testControlPlane } from "./test-control-plane.ts";

async function covered(spec: object, healthy: number): Promise<TestControlPlane> {
  const t = await testControlPlane(() => [
    serviceAccountController,
    replicaSetController(),
    disruptionController(() => builtinResources),
    staleDisruptionController,
  ]);
  const selector = { matchLabels: { app: "web" } };
  await t.create({
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: { name: "web" },
    spec: { replicas: 5, selector, template: template("web") },
  });
  for (const name of (await t.podNames()).slice(0, healthy)) {
    await t.patch(pods, name, running("2025-01-01T00:00:00Z"), "status");
  }
  await t.create({
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: { name: "web" },
    spec: { selector, ...spec },
  });
  return t;
}

describe("a PodDisruptionBudget", () => {
  test.each([
    [{ minAvailable: 3 }, 5, { desiredHealthy: 3, currentHealthy: 5, disruptionsAllowed: 2, expectedPods: 5 }],
    [{ minAvailable: "50%" }, 5, { desiredHealthy: 3, currentHealthy: 5, disruptionsAllowed: 2, expectedPods: 5 }],
    [{ maxUnavailable: 1 }, 5, { desiredHealthy: 4, currentHealthy: 5, disruptionsAllowed: 1, expectedPods: 5 }],
    [{ maxUnavailable: "30%" }, 4, { desiredHealthy: 3, currentHealthy: 4, disruptionsAllowed: 1, expectedPods: 5 }],
    [{ minAvailable: 4 }, 3, { desiredHealthy: 4, currentHealthy: 3, disruptionsAllowed: 0, expectedPods: 5 }],
  ])("%j with %i healthy pods of 5", async (spec, healthy, status) => {
    await using t = await covered(spec, healthy);
    const reason = status.disruptionsAllowed > 0 ? "SufficientPods" : "InsufficientPods";
    const found = (await t.get(podDisruptionBudgets, "web")).status;
    expect(found).toMatchObject({ ...status, observedGeneration: 1 });
    expect(found?.conditions).toMatchObject([{ type: "DisruptionAllowed", reason }]);
  });

  test("goes by what controllers ask for, not by the pods there are", async () => {
    await using t = await covered({ maxUnavailable: 1 }, 5);
    await t.patch(replicaSets, "web", { spec: { replicas: 8 } });
    expect((await t.get(podDisruptionBudgets, "web")).status).toMatchObject({
      expectedPods: 8,
      desiredHealthy: 7,
      disruptionsAllowed: 0,
    });
  });

  test("counts an evicted pod as gone, for two minutes", async () => {
    await using t = await covered({ minAvailable: 4 }, 5);
    const [name = ""] = await t.podNames();
    const disruptedPods = { [name]: "2025-01-01T00:00:00Z" };
    await t.patch(podDisruptionBudgets, "web", { status: { disruptedPods } }, "status");
    expect((await t.get(podDisruptionBudgets, "web")).status).toMatchObject({
      currentHealthy: 4,
      disruptionsAllowed: 0,
    });
    await t.advance("121s");
    expect((await t.get(podDisruptionBudgets, "web")).status).toMatchObject({
      currentHealthy: 5,
      disruptionsAllowed: 1,
    });
    expect(await t.events(name)).toContain(
      "Warning NotDeleted Pod was expected by PDB default/web to be deleted but it wasn't",
    );
  });

  test("allows nothing when it cannot be worked out", async () => {
    await using t = await covered({ maxUnavailable: 1 }, 5);
    const owner = { apiVersion: "batch/v1", kind: "Job", name: "work", uid: "x", controller: true };
    const { spec } = template("web");
    await t.create({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "own", labels: { app: "web" }, ownerReferences: [owner] },
      spec,
    });
    const message = "jobs.batch does not implement the scale subresource";
    const { status } = await t.get(podDisruptionBudgets, "web");
    expect(status?.conditions).toMatchObject([
      { type: "DisruptionAllowed", status: "False", reason: "SyncFailed", message },
    ]);
    expect(await t.events("web")).toContain(
      `Warning CalculateExpectedPodCountFailed Failed to calculate the number of expected pods: ${message}`,
    );
  });
});

describe("a pod", () => {
  test("that was to be disrupted and has not been is no longer said to be", async () => {
    await using t = await covered({ minAvailable: 1 }, 5);
    const [name = ""] = await t.podNames();
    const target = { type: "DisruptionTarget", status: "True", lastTransitionTime: "2025-01-01T00:00:00Z" };
    await t.patch(pods, name, { status: { conditions: [target] } }, "status");
    await t.advance("2m");
    expect((await t.get(pods, name)).status?.conditions).toMatchObject([{ type: "DisruptionTarget", status: "False" }]);
  });
});
