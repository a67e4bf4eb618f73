import { describe, expect, test } from "vitest";

import type { PersistentVolume, PersistentVolumeClaim } from "../../src/api/types.gen.ts";
import { persistentVolumeClaims } from "../../src/resources/core/persistent-volume-claim.ts";
import { persistentVolumes } from "../../src/resources/core/persistent-volume.ts";
import { startTestScheduler, type TestScheduler } from "./test-scheduler.ts";

const using = (claimName: string, rest: object = {}): object => ({
  volumes: [{ name: "data", persistentVolumeClaim: { claimName } }],
  ...rest,
});
const key = { namespace: "team", name: "data" };

function claimOf(storageClassName: string, rest: object = {}): object {
  const spec = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } }, storageClassName };
  return { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { name: "data" }, spec: { ...spec, ...rest } };
}

function localVolume(name: string, node: string, storage: string): object {
  const term = { matchExpressions: [{ key: "kubernetes.io/hostname", operator: "In", values: [node] }] };
  return {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name },
    spec: {
      capacity: { storage },
      accessModes: ["ReadWriteOnce"],
      storageClassName: "late",
      local: { path: "/mnt" },
      nodeAffinity: { required: { nodeSelectorTerms: [term] } },
    },
  };
}

async function withClasses(): Promise<TestScheduler> {
  const cluster = await startTestScheduler();
  await cluster.addNode("a");
  await cluster.addNode("b");
  const base = { apiVersion: "storage.k8s.io/v1", kind: "StorageClass" };
  const late = { ...base, volumeBindingMode: "WaitForFirstConsumer" };
  await cluster.create({ ...base, metadata: { name: "now" }, provisioner: "disk.example.com" });
  await cluster.create({ ...late, metadata: { name: "late" }, provisioner: "kubernetes.io/no-provisioner" });
  await cluster.create({
    ...late,
    metadata: { name: "made" },
    provisioner: "disk.example.com",
    allowedTopologies: [{ matchLabelExpressions: [{ key: "kubernetes.io/hostname", values: ["b"] }] }],
  });
  return cluster;
}

async function addVolume(cluster: TestScheduler, volume: object): Promise<void> {
  const created = (await cluster.create(volume)) as PersistentVolume;
  await cluster.client.updateStatus(persistentVolumes, { ...created, status: { phase: "Available" } });
  await cluster.clock.settle();
}

/** What the volume controller does when a claim and a volume have been brought together. */
async function bindClaim(cluster: TestScheduler, volumeName: string): Promise<void> {
  await cluster.client.patch(persistentVolumeClaims, key, {
    metadata: { annotations: { "pv.kubernetes.io/bind-completed": "yes" } },
    spec: { volumeName },
  });
  const claim = await claimNow(cluster);
  await cluster.client.updateStatus(persistentVolumeClaims, { ...claim, status: { phase: "Bound" } });
  await cluster.clock.settle();
}

async function claimNow(cluster: TestScheduler): Promise<PersistentVolumeClaim> {
  const claim = await cluster.client.get(persistentVolumeClaims, key);
  if (!claim) throw new Error("no claim");
  return claim;
}

const helpless = "preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.";

describe("a pod with a claim", () => {
  test("waits for the claim to exist", async () => {
    const cluster = await withClasses();
    await cluster.run("web", using("data"));
    expect(await cluster.complaint("web")).toBe(
      `0/2 nodes are available: persistentvolumeclaim "data" not found. ${helpless}`,
    );
  });

  test("waits for a claim that is bound at once", async () => {
    const cluster = await withClasses();
    await cluster.create(claimOf("now"));
    await cluster.run("web", using("data"));
    expect(await cluster.complaint("web")).toBe(
      `0/2 nodes are available: pod has unbound immediate PersistentVolumeClaims. ${helpless}`,
    );
    await addVolume(cluster, { ...localVolume("v", "b", "1Gi") });
    await cluster.clock.advance(10_000);
    await bindClaim(cluster, "v");
    await cluster.clock.advance(10_000);
    expect(await cluster.nodeOf("web")).toBe("b");
  });

  test("runs only where its volume is", async () => {
    const cluster = await withClasses();
    await addVolume(cluster, localVolume("v", "b", "1Gi"));
    await cluster.create(claimOf("late", { volumeName: "v" }));
    await bindClaim(cluster, "v");
    await cluster.run("elsewhere", using("data", { nodeSelector: { "kubernetes.io/hostname": "a" } }));
    expect(await cluster.complaint("elsewhere")).toMatch(
      /: 1 node\(s\) didn't match Pod's node affinity\/selector, 1 node\(s\) had volume node affinity conflict\. /u,
    );
    await cluster.run("web", using("data"));
    expect(await cluster.nodeOf("web")).toBe("b");
  });

  test("has the smallest volume reserved that will do, and is bound when the claim is", async () => {
    const cluster = await withClasses();
    await addVolume(cluster, localVolume("small", "a", "512Mi"));
    await addVolume(cluster, localVolume("large", "a", "4Gi"));
    await addVolume(cluster, localVolume("right", "a", "2Gi"));
    await cluster.create(claimOf("late"));
    await cluster.run("web", using("data"));
    const volume = await cluster.client.get(persistentVolumes, { namespace: "", name: "right" });
    expect(volume?.spec.claimRef).toMatchObject({ namespace: "team", name: "data" });
    expect(volume?.metadata.annotations).toEqual({ "pv.kubernetes.io/bound-by-controller": "yes" });
    expect(await cluster.nodeOf("web")).toBeUndefined();
    await bindClaim(cluster, "right");
    expect(await cluster.nodeOf("web")).toBe("a");
  });

  test("says where no volume can be had", async () => {
    const cluster = await withClasses();
    await cluster.create(claimOf("late"));
    await cluster.run("web", using("data"));
    expect(await cluster.complaint("web")).toBe(
      `0/2 nodes are available: 2 node(s) didn't find available persistent volumes to bind. ${helpless}`,
    );
  });

  test("has a volume made where it will run, and is bound when there is one", async () => {
    const cluster = await withClasses();
    await cluster.create(claimOf("made"));
    await cluster.run("web", using("data"));
    expect((await claimNow(cluster)).metadata.annotations).toMatchObject({ "volume.kubernetes.io/selected-node": "b" });
    await cluster.run("other");
    expect(await cluster.nodeOf("other")).toBeDefined();
    expect(await cluster.nodeOf("web")).toBeUndefined();
    await addVolume(cluster, localVolume("v", "b", "1Gi"));
    await bindClaim(cluster, "v");
    expect(await cluster.nodeOf("web")).toBe("b");
    expect(cluster.errors).toEqual([]);
  });

  test("is tried again when the volume could not be made", async () => {
    const cluster = await withClasses();
    await cluster.create(claimOf("made"));
    await cluster.run("web", using("data"));
    await cluster.client.patch(persistentVolumeClaims, key, {
      metadata: { annotations: { "volume.kubernetes.io/selected-node": null } },
    });
    await cluster.clock.settle();
    const message = `running PreBind plugin "VolumeBinding": binding volumes: provisioning failed for PVC "data"`;
    expect(await cluster.events("web")).toEqual([`FailedScheduling: ${message}`]);
    await cluster.clock.advance(1000);
    expect((await claimNow(cluster)).metadata.annotations).toMatchObject({ "volume.kubernetes.io/selected-node": "b" });
  });

  test("gives up when no volume has come in ten minutes, and when it is deleted", async () => {
    const cluster = await withClasses();
    await cluster.create(claimOf("made"));
    await cluster.run("web", using("data"));
    await cluster.clock.advance(600_000);
    expect(await cluster.events("web")).toEqual([
      `FailedScheduling: running PreBind plugin "VolumeBinding": binding volumes: context deadline exceeded`,
    ]);
    await cluster.clock.advance(1000);
    await cluster.remove("web");
    await cluster.clock.advance(600_000);
    expect(cluster.errors).toEqual([]);
  });

  test("for one pod only waits for the pod that has it", async () => {
    const cluster = await withClasses();
    await addVolume(cluster, localVolume("v", "b", "1Gi"));
    await cluster.create(claimOf("late", { volumeName: "v", accessModes: ["ReadWriteOncePod"] }));
    await bindClaim(cluster, "v");
    await cluster.run("first", using("data"));
    await cluster.run("second", using("data"));
    const taken = "node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode";
    expect(await cluster.complaint("second")).toMatch(`0/2 nodes are available: 2 ${taken}. `);
    await cluster.clock.advance(1000);
    await cluster.remove("first");
    expect(await cluster.nodeOf("second")).toBe("b");
  });
});

describe("volumes of a kind", () => {
  test("are limited on each node", async () => {
    const cluster = await withClasses();
    const drivers = [{ name: "disk.example.com", nodeID: "b", allocatable: { count: 0 } }];
    await cluster.create({
      apiVersion: "storage.k8s.io/v1",
      kind: "CSINode",
      metadata: { name: "b" },
      spec: { drivers },
    });
    await cluster.create(claimOf("made"));
    await cluster.run("web", using("data"));
    expect(await cluster.complaint("web")).toMatch(
      /: 1 node\(s\) didn't find available persistent volumes to bind, 1 node\(s\) exceed max volume count\. /u,
    );
  });

  test("that name a zone are used there", async () => {
    const cluster = await startTestScheduler();
    await cluster.addNode("a", { labels: { "topology.kubernetes.io/zone": "one" } });
    await cluster.addNode("b", { labels: { "topology.kubernetes.io/zone": "two" } });
    const disk = { capacity: { storage: "1Gi" }, accessModes: ["ReadWriteOnce"], hostPath: { path: "/mnt" } };
    const metadata = { name: "v", labels: { "topology.kubernetes.io/zone": "two__three" } };
    await addVolume(cluster, { apiVersion: "v1", kind: "PersistentVolume", metadata, spec: disk });
    await cluster.create(claimOf("", { volumeName: "v" }));
    await bindClaim(cluster, "v");
    await cluster.run("web", using("data"));
    expect(await cluster.nodeOf("web")).toBe("b");
    await cluster.run("other", using("data", { nodeSelector: { "kubernetes.io/hostname": "a" } }));
    expect(await cluster.complaint("other")).toMatch(/1 node\(s\) had no available volume zone/u);
  });
});
