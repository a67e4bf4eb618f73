import { describe, expect, test } from "vitest";

import { serviceAccountController } from "../../src/controllers/service-account.ts";
import { claimBinder } from "../../src/controllers/volumes/claim-binder.ts";
import { ephemeralVolumeController } from "../../src/controllers/volumes/ephemeral-volumes.ts";
import { claimProtectionController, volumeProtectionController } from "../../src/controllers/volumes/protection.ts";
import { standardStorageClass } from "../../src/controllers/volumes/standard-class.ts";
import { volumeBinder } from "../../src/controllers/volumes/volume-binder.ts";
import { persistentVolumeClaims } from "../../src/resources/core/persistent-volume-claim.ts";
import { persistentVolumes } from "../../src/resources/core/persistent-volume.ts";
import { pods } from "../../src/resources/core/pod.ts";
import { template, testCluster } from "./test-cluster.ts";
import { type TestControlPlane, testControlPlane } from "./test-control-plane.ts";

const plane = (): Promise<TestControlPlane> =>
  testControlPlane(() => [
    serviceAccountController,
    claimBinder,
    volumeBinder,
    claimProtectionController,
    volumeProtectionController,
    ephemeralVolumeController,
  ]);

function claim(name: string, spec: object = {}): object {
  const resources = { requests: { storage: "1Gi" } };
  return {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name },
    spec: { accessModes: ["ReadWriteOnce"], resources, ...spec },
  };
}

function volume(name: string, spec: object = {}, labels: object = {}): object {
  return {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name, labels },
    spec: {
      accessModes: ["ReadWriteOnce"],
      capacity: { storage: "1Gi" },
      storageClassName: "manual",
      hostPath: { path: `/data/${name}` },
      ...spec,
    },
  };
}

const manual = { storageClassName: "manual" };
const immediate = {
  ...standardStorageClass,
  metadata: { name: "fast" },
  volumeBindingMode: "Immediate",
  allowVolumeExpansion: true,
};

async function volumeOf(t: TestControlPlane, name: string): Promise<string | undefined> {
  return (await t.get(persistentVolumeClaims, name)).spec.volumeName;
}

async function phase(t: TestControlPlane, name: string): Promise<string | undefined> {
  return (await t.get(persistentVolumes, name)).status?.phase;
}

describe("a claim", () => {
  test("waits for its first consumer, and is then given a volume", async () => {
    await using t = await testCluster();
    await t.create({ ...standardStorageClass, metadata: { ...standardStorageClass.metadata, name: "late" } });
    await t.create(claim("data", { storageClassName: "late" }));
    expect((await t.get(persistentVolumeClaims, "data")).status?.phase).toBe("Pending");
    expect(await t.events("data")).toEqual([
      "Normal WaitForFirstConsumer waiting for first consumer to be created before binding",
    ]);
    const volumes = [{ name: "data", persistentVolumeClaim: { claimName: "data" } }];
    await t.create({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "web" },
      spec: { ...template("web").spec, volumes },
    });
    const bound = await t.get(persistentVolumeClaims, "data");
    const name = `pvc-${bound.metadata.uid ?? ""}`;
    expect(bound.spec.volumeName).toBe(name);
    expect(bound.status).toEqual({ phase: "Bound", accessModes: ["ReadWriteOnce"], capacity: { storage: "1Gi" } });
    expect((await t.get(pods, "web")).status?.phase).toBe("Running");
    expect((await t.events("data")).slice(2)).toEqual([
      'Normal Provisioning External provisioner is provisioning volume for claim "default/data"',
      `Normal ProvisioningSucceeded Successfully provisioned volume ${name}`,
    ]);
  });

  test("of an immediate class has a volume at once, which goes with it", async () => {
    await using t = await plane();
    await t.create(immediate, claim("data", { storageClassName: "fast" }));
    const name = (await volumeOf(t, "data")) ?? "";
    expect((await t.get(persistentVolumes, name)).spec).toMatchObject({
      persistentVolumeReclaimPolicy: "Delete",
      storageClassName: "fast",
      claimRef: { kind: "PersistentVolumeClaim", namespace: "default", name: "data" },
    });
    await t.remove(persistentVolumeClaims, "data");
    expect(await t.list(persistentVolumes)).toEqual([]);
  });

  test("grows when its class allows it", async () => {
    await using t = await plane();
    await t.create(immediate, claim("data", { storageClassName: "fast" }));
    await t.patch(persistentVolumeClaims, "data", { spec: { resources: { requests: { storage: "2Gi" } } } });
    expect((await t.get(persistentVolumeClaims, "data")).status?.capacity).toEqual({ storage: "2Gi" });
  });

  test("finds a disk in the classes of minikube and kind", async () => {
    await using t = await plane();
    for (const provisioner of ["k8s.io/minikube-hostpath", "rancher.io/local-path"]) {
      const name = provisioner.replace(/.*\//u, "");
      await t.create({ ...immediate, metadata: { name }, provisioner });
      await t.create(claim(name, { storageClassName: name }));
      expect(await volumeOf(t, name)).toMatch(/^pvc-/u);
    }
  });

  test("tells once what it waits for, whatever else happens", async () => {
    await using t = await plane();
    const external = { ...immediate, metadata: { name: "cloud" }, provisioner: "ebs.csi.aws.com" };
    await t.create(external, claim("data", { storageClassName: "cloud" }), claim("lost", { storageClassName: "none" }));
    for (const name of ["a", "b"]) await t.create(volume(name));
    expect(await t.events("lost")).toEqual(['Warning ProvisioningFailed storageclass.storage.k8s.io "none" not found']);
    expect((await t.events("data")).at(0)).toMatch(
      /^Normal ExternalProvisioning Waiting for a volume to be created either by the external provisioner 'ebs.csi.aws.com' or/u,
    );
  });

  test.each([
    ["PersistentVolumeClaim", {}, "does not support clone operations: controller CLONE_VOLUME capability is not found"],
    [
      "VolumeSnapshot",
      { apiGroup: "snapshot.storage.k8s.io" },
      "does not support snapshot restore: plugin CREATE_DELETE_SNAPSHOT capability is not found",
    ],
  ])("that is to start from a %s gets no volume, and is told so", async (kind, more, why) => {
    await using t = await plane();
    await t.create(immediate, claim("data", { storageClassName: "fast", dataSource: { kind, name: "x", ...more } }));
    expect(await volumeOf(t, "data")).toBeUndefined();
    expect((await t.events("data")).find((text) => text.startsWith("Warning"))).toBe(
      `Warning ProvisioningFailed failed to provision volume with StorageClass "fast": CSI driver ${why}`,
    );
  });

  test.each([
    ["the smallest that is large enough", { capacity: { storage: "5Gi" } }, { capacity: { storage: "2Gi" } }, {}],
    ["one of its class", { storageClassName: "other" }, {}, {}],
    ["one of its mode", { volumeMode: "Block" }, {}, {}],
    [
      "one that can be shared as it asks",
      {},
      { accessModes: ["ReadWriteOnce", "ReadWriteMany"] },
      { accessModes: ["ReadWriteMany"] },
    ],
    ["one that its selector picks", {}, {}, { selector: { matchLabels: { tier: "b" } } }],
    ["one that is promised to it", {}, { claimRef: { namespace: "default", name: "data" } }, {}],
    ["one that it names", {}, {}, { volumeName: "b" }],
  ])("takes of made volumes %s", async (_what, a, b, asked) => {
    await using t = await plane();
    await t.create(
      volume("a", a, { tier: "a" }),
      volume("b", b, { tier: "b" }),
      claim("data", { ...manual, ...asked }),
    );
    expect(await volumeOf(t, "data")).toBe("b");
    expect([await phase(t, "a"), await phase(t, "b")]).toEqual(["Available", "Bound"]);
  });

  test("without a class says what it is missing, and takes what comes", async () => {
    await using t = await plane();
    await t.create(claim("data", { storageClassName: "" }));
    expect(await t.events("data")).toEqual([
      "Normal FailedBinding no persistent volumes available for this claim and no storage class is set",
    ]);
    await t.create(volume("a", { storageClassName: "" }));
    expect(await volumeOf(t, "data")).toBe("a");
  });

  test("of a class that does not exist says so", async () => {
    await using t = await plane();
    await t.create(claim("data", { storageClassName: "none" }));
    expect(await t.events("data")).toEqual(['Warning ProvisioningFailed storageclass.storage.k8s.io "none" not found']);
  });

  test("is lost with its volume", async () => {
    await using t = await plane();
    await t.create(volume("a"), claim("data", manual));
    await t.patch(persistentVolumes, "a", { metadata: { finalizers: null } });
    await t.remove(persistentVolumes, "a");
    expect((await t.get(persistentVolumeClaims, "data")).status?.phase).toBe("Lost");
    expect(await t.events("data")).toContain(
      "Warning ClaimLost Bound claim has lost its PersistentVolume. Data on the volume is lost!",
    );
  });

  test("stays until no pod uses it", async () => {
    await using t = await plane();
    const volumes = [{ name: "data", persistentVolumeClaim: { claimName: "data" } }];
    const spec = { ...template("web").spec, volumes, nodeName: "somewhere" };
    await t.create(volume("a"), claim("data", manual), {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "web" },
      spec,
    });
    await t.remove(persistentVolumeClaims, "data");
    expect((await t.get(persistentVolumeClaims, "data")).metadata.deletionTimestamp).toBeDefined();
    await t.client.delete(pods, { namespace: "default", name: "web" }, { gracePeriodSeconds: 0 });
    await t.advance("1s");
    expect(await t.list(persistentVolumeClaims)).toEqual([]);
  });

  test("is made for a pod that brings its own", async () => {
    await using t = await plane();
    const spec = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } };
    const volumes = [{ name: "scratch", ephemeral: { volumeClaimTemplate: { spec } } }];
    await t.create({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "web" },
      spec: { ...template("web").spec, volumes },
    });
    const { metadata } = await t.get(persistentVolumeClaims, "web-scratch");
    expect(metadata.ownerReferences).toMatchObject([{ kind: "Pod", name: "web", controller: true }]);
  });
});

describe("a volume", () => {
  test("that is to be kept is released, and can be used again when its claim is forgotten", async () => {
    await using t = await plane();
    await t.create(volume("a"), claim("data", manual));
    await t.remove(persistentVolumeClaims, "data");
    expect(await phase(t, "a")).toBe("Released");
    await t.create(claim("more", manual));
    expect(await volumeOf(t, "more")).toBeUndefined();
    await t.patch(persistentVolumes, "a", { spec: { claimRef: null } });
    expect(await volumeOf(t, "more")).toBe("a");
  });

  test.each([
    [{ path: "/data/a" }, undefined, "host_path deleter only supports /tmp/.+ but received provided /data/a"],
    [
      undefined,
      { server: "nas", path: "/" },
      'error getting deleter volume plugin for volume "a": no deletable volume plugin matched',
    ],
  ])("that nobody can delete has failed: hostPath %j, nfs %j", async (hostPath, nfs, message) => {
    await using t = await plane();
    const spec = {
      persistentVolumeReclaimPolicy: "Delete",
      ...(hostPath ? { hostPath } : { nfs, hostPath: undefined }),
    };
    await t.create(JSON.parse(JSON.stringify(volume("a", spec))) as object, claim("data", manual));
    await t.remove(persistentVolumeClaims, "data");
    expect((await t.get(persistentVolumes, "a")).status).toMatchObject({ phase: "Failed", message });
    expect(await t.events("a")).toEqual([`Warning VolumeFailedDelete ${message}`]);
  });

  test("stays while it is bound", async () => {
    await using t = await plane();
    await t.create(volume("a"), claim("data", manual));
    await t.remove(persistentVolumes, "a");
    expect((await t.get(persistentVolumes, "a")).metadata.deletionTimestamp).toBeDefined();
    await t.remove(persistentVolumeClaims, "data");
    expect(await t.list(persistentVolumes)).toEqual([]);
  });
});
