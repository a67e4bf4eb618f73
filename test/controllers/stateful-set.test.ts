import { describe, expect, test } from "vitest";

import { controllerRevisions } from "../../src/resources/apps/controller-revision.ts";
import { statefulSets } from "../../src/resources/apps/stateful-set.ts";
import { persistentVolumeClaims } from "../../src/resources/core/persistent-volume-claim.ts";
import { pods } from "../../src/resources/core/pod.ts";
import { template, testCluster } from "./test-cluster.ts";

function statefulSet(spec: object = {}, pod: ReturnType<typeof template> = template("web")): object {
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name: "web" },
    spec: { replicas: 3, serviceName: "web", selector: { matchLabels: { app: "web" } }, template: pod, ...spec },
  };
}

const claimTemplate = {
  metadata: { name: "data" },
  spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
};
const newImage = { spec: { template: { spec: { containers: [{ name: "main", image: "nginx:1.27" }] } } } };
/** Never ready. */
const unready = { readinessProbe: { exec: { command: ["false"] }, periodSeconds: 1 } };

describe("a StatefulSet", () => {
  test("makes its pods one after the other, each with its identity", async () => {
    await using t = await testCluster();
    await t.create(statefulSet());
    expect(await t.podNames()).toEqual(["web-0", "web-1", "web-2"]);
    const [first] = await t.pods();
    const { currentRevision = "" } = (await t.get(statefulSets, "web")).status ?? {};
    expect(first?.metadata.labels).toEqual({
      app: "web",
      "apps.kubernetes.io/pod-index": "0",
      "controller-revision-hash": currentRevision,
      "statefulset.kubernetes.io/pod-name": "web-0",
    });
    expect(first?.spec).toMatchObject({ hostname: "web-0", subdomain: "web" });
    expect((await t.events("web")).filter((event) => event.includes("StatefulSet"))).toEqual([
      "Normal SuccessfulCreate create Pod web-0 in StatefulSet web successful",
      "Normal SuccessfulCreate create Pod web-1 in StatefulSet web successful",
      "Normal SuccessfulCreate create Pod web-2 in StatefulSet web successful",
    ]);
  });

  test("waits for a pod that is not ready, unless it works in parallel", async () => {
    const pod = template("web");
    const containers = [{ ...pod.spec.containers[0], ...unready }];
    const waiting = { ...pod, spec: { ...pod.spec, containers } } as ReturnType<typeof template>;
    await using t = await testCluster();
    await t.create(statefulSet({}, waiting));
    expect(await t.podNames()).toEqual(["web-0"]);
    await t.remove(statefulSets, "web");
    await t.advance("1m");
    await t.create(statefulSet({ podManagementPolicy: "Parallel" }, waiting));
    expect(await t.podNames()).toEqual(["web-0", "web-1", "web-2"]);
  });

  test("counts a pod as available only after minReadySeconds", async () => {
    await using t = await testCluster();
    await t.create(statefulSet({ minReadySeconds: 10 }));
    expect((await t.get(statefulSets, "web")).status).toMatchObject({
      replicas: 1,
      readyReplicas: 1,
      availableReplicas: 0,
    });
    await t.advance("30s");
    expect((await t.get(statefulSets, "web")).status).toMatchObject({ replicas: 3, availableReplicas: 3 });
  });

  test("starts from its first ordinal and shrinks from the last", async () => {
    await using t = await testCluster();
    await t.create(statefulSet({ ordinals: { start: 5 } }));
    expect(await t.podNames()).toEqual(["web-5", "web-6", "web-7"]);
    await t.patch(statefulSets, "web", { spec: { replicas: 1 } });
    await t.advance("2m");
    expect(await t.podNames()).toEqual(["web-5"]);
  });

  test("updates from the highest ordinal down to its partition, then becomes current", async () => {
    await using t = await testCluster();
    await t.create(statefulSet());
    const before = (await t.get(statefulSets, "web")).status?.currentRevision;
    await t.patch(statefulSets, "web", {
      spec: { updateStrategy: { rollingUpdate: { partition: 2 } }, ...newImage.spec },
    });
    await t.advance("2m");
    const images = async (): Promise<unknown[]> => (await t.pods()).map(({ spec }) => spec.containers[0]?.image);
    expect(await images()).toEqual(["nginx", "nginx", "nginx:1.27"]);
    expect((await t.get(statefulSets, "web")).status).toMatchObject({
      currentRevision: before,
      currentReplicas: 2,
      updatedReplicas: 1,
    });
    await t.remove(pods, "web-0");
    await t.advance("1m");
    expect(await images()).toEqual(["nginx", "nginx", "nginx:1.27"]);
    await t.patch(statefulSets, "web", { spec: { updateStrategy: { rollingUpdate: { partition: 0 } } } });
    await t.advance("2m");
    expect(await images()).toEqual(["nginx:1.27", "nginx:1.27", "nginx:1.27"]);
    const { status } = await t.get(statefulSets, "web");
    expect(status?.currentRevision).not.toBe(before);
    expect(status).toMatchObject({ updateRevision: status?.currentRevision, currentReplicas: 3, updatedReplicas: 3 });
  });

  test("leaves old pods alone when its strategy is OnDelete", async () => {
    await using t = await testCluster();
    await t.create(statefulSet({ updateStrategy: { type: "OnDelete" } }));
    await t.patch(statefulSets, "web", newImage);
    await t.remove(pods, "web-1");
    await t.advance("1m");
    expect((await t.pods()).map(({ spec }) => spec.containers[0]?.image)).toEqual(["nginx", "nginx:1.27", "nginx"]);
  });

  test("keeps a history in which a template that comes back is the newest again", async () => {
    await using t = await testCluster({ nodes: 1 });
    await t.create(statefulSet({ replicas: 1 }));
    await t.patch(statefulSets, "web", newImage);
    await t.advance("1m");
    await t.patch(statefulSets, "web", {
      spec: { template: { spec: { containers: [{ name: "main", image: "nginx" }] } } },
    });
    await t.advance("1m");
    const own = (await t.list(controllerRevisions)).filter(({ metadata }) => metadata.name.startsWith("web-"));
    expect(own.map(({ revision }) => revision).toSorted((a, b) => a - b)).toEqual([2, 3]);
  });

  test("makes claims that stay, or go when the policy says so", async () => {
    await using t = await testCluster();
    const persistentVolumeClaimRetentionPolicy = { whenScaled: "Delete", whenDeleted: "Retain" };
    await t.create(statefulSet({ volumeClaimTemplates: [claimTemplate], persistentVolumeClaimRetentionPolicy }));
    const claims = async (): Promise<string[]> =>
      (await t.list(persistentVolumeClaims)).map(({ metadata }) => metadata.name).toSorted();
    expect(await claims()).toEqual(["data-web-0", "data-web-1", "data-web-2"]);
    expect(await t.podNames()).toHaveLength(3);
    expect(await t.events("web")).toContain(
      "Normal SuccessfulCreate create Claim data-web-0 Pod web-0 in StatefulSet web success",
    );
    await t.patch(statefulSets, "web", { spec: { replicas: 1 } });
    await t.advance("2m");
    expect(await claims()).toEqual(["data-web-0"]);
    await t.remove(statefulSets, "web");
    await t.advance("2m");
    expect(await t.podNames()).toEqual([]);
    expect(await claims()).toEqual(["data-web-0"]);
  });

  test("replaces a pod that has failed", async () => {
    await using t = await testCluster();
    await t.create(statefulSet({ replicas: 1 }));
    const { uid } = (await t.pods())[0]?.metadata ?? {};
    await t.patch(pods, "web-0", { status: { phase: "Failed" } }, "status");
    await t.advance("1m");
    expect(await t.podNames()).toEqual(["web-0"]);
    expect((await t.pods())[0]?.metadata.uid).not.toBe(uid);
    expect(await t.events("web")).toContain(
      "Warning RecreatingFailedPod StatefulSet default/web is recreating failed Pod web-0",
    );
  });

  test("says what it has seen though another's pod is in its way", async () => {
    await using t = await testCluster();
    await t.create(statefulSet());
    await t.patch(pods, "web-1", { metadata: { labels: { app: "other" } } });
    await t.patch(statefulSets, "web", newImage);
    const { metadata, status } = await t.get(statefulSets, "web");
    expect(status).toMatchObject({ observedGeneration: metadata.generation, replicas: 2 });
    expect(await t.events("web")).toContain(
      'Warning FailedCreate create Pod web-1 in StatefulSet web failed error: pods "web-1" already exists',
    );
  });

  test("makes no new revision while it is deleted in the foreground", async () => {
    await using t = await testCluster();
    await t.create(statefulSet());
    await t.remove(statefulSets, "web", "Foreground");
    await t.advance("1m");
    expect([await t.list(statefulSets), await t.podNames(), await t.list(controllerRevisions)]).toEqual([[], [], []]);
  });
});
