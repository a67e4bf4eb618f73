import { describe, expect, test } from "vitest";

import type { ReplicaSetStatus } from "../../src/api/types.gen.ts";
import type { Controller } from "../../src/controllers/controller.ts";
import { replicaSetController } from "../../src/controllers/replica-set.ts";
import { serviceAccountController } from "../../src/controllers/service-account.ts";
import { statefulSetController } from "../../src/controllers/stateful-set/stateful-set.ts";
import { replicaSets } from "../../src/resources/apps/replica-set.ts";
import { events } from "../../src/resources/core/event.ts";
import { pods } from "../../src/resources/core/pod.ts";
import { template } from "./test-cluster.ts";
import { running, type TestControlPlane, testControlPlane } from "./test-control-plane.ts";

const since = "2025-01-01T00:00:00Z";

function set(kind: string, spec: object): object {
  const selector = { matchLabels: { app: "web" } };
  return {
    apiVersion: "apps/v1",
    kind,
    metadata: { name: "web" },
    spec: { selector, template: template("web"), ...spec },
  };
}

/** A node that will have none of it. */
const refusing: Controller = {
  name: "refusing-kubelet",
  reconciles: pods,
  async reconcile(key, { client, informers }) {
    const pod = informers.for(pods).get(key);
    if (pod?.metadata.deletionTimestamp) await client.delete(pods, key, { gracePeriodSeconds: 0 });
    else if (pod && pod.status?.phase !== "Failed")
      await client.patch(pods, key, { status: { phase: "Failed" } }, "status");
  },
};

const plane = (...more: readonly Controller[]): Promise<TestControlPlane> =>
  testControlPlane(() => [serviceAccountController, replicaSetController(), statefulSetController(), ...more]);

describe("a ReplicaSet", () => {
  test("counts its pods as they change", async () => {
    await using t = await plane();
    const counts = async (): Promise<readonly (number | undefined)[]> => {
      const status: ReplicaSetStatus | undefined = (await t.get(replicaSets, "web")).status;
      return [status?.replicas, status?.readyReplicas, status?.availableReplicas, status?.fullyLabeledReplicas];
    };
    await t.create(set("ReplicaSet", { replicas: 3, minReadySeconds: 30 }));
    expect(await counts()).toEqual([3, undefined, undefined, 3]);
    const [a = "", b = "", c = ""] = await t.podNames();
    for (const name of [a, b]) await t.patch(pods, name, running(since), "status");
    expect(await counts()).toEqual([3, 2, undefined, 3]);
    await t.advance("30s");
    expect(await counts()).toEqual([3, 2, 2, 3]);
    await t.patch(pods, a, { metadata: { labels: { app: "other" } } });
    expect(await counts()).toEqual([3, 1, 1, 3]);
    expect((await t.get(pods, a)).metadata.ownerReferences).toBeUndefined();
    await t.patch(replicaSets, "web", { spec: { template: { metadata: { labels: { tier: "front" } } } } });
    expect(await counts()).toEqual([3, 1, 1, undefined]);
    await t.remove(pods, c);
    expect(await counts()).toEqual([3, 1, 1, 1]);
  });

  test.each(["ReplicaSet", "StatefulSet"])(
    "of kind %s makes pods that fail at once no faster than an API allows",
    async (kind) => {
      await using t = await plane(refusing);
      await t.create(set(kind, kind === "StatefulSet" ? { serviceName: "web" } : {}));
      const made = async (): Promise<number> => {
        const told = await t.client.list(events, "default");
        const creations = told.filter(({ reason }) => reason === "SuccessfulCreate");
        return creations.reduce((sum, { count = 1 }) => sum + count, 0) + (await t.pods()).length;
      };
      const first = await made();
      expect(first).toBeLessThan(70);
      await t.advance("1s");
      expect(await made()).toBeGreaterThan(kind === "StatefulSet" ? 0 : first);
    },
  );
});
