import { expect, test } from "vitest";

import type { Volume } from "../../src/api/types.gen.ts";
import { configMaps } from "../../src/resources/core/config-map.ts";
import { persistentVolumeClaims } from "../../src/resources/core/persistent-volume-claim.ts";
import { persistentVolumes } from "../../src/resources/core/persistent-volume.ts";
import { pods } from "../../src/resources/core/pod.ts";
import { secrets } from "../../src/resources/core/secret.ts";
import { shell, startTestNode, type TestNode } from "./test-node.ts";

const namespace = "default";
const sleeper = "trap 'exit 0' TERM; while true; do sleep 1; done";

/** Runs a pod that mounts one volume at /data. */
async function mounted(node: TestNode, name: string, source: Omit<Volume, "name">, mount: object = {}): Promise<void> {
  const volumeMounts = [{ name: "data", mountPath: "/data", ...mount }];
  await node.run(name, { volumes: [{ name: "data", ...source }], containers: [shell(sleeper, { volumeMounts })] });
}

async function createConfig(
  node: TestNode,
  name: string,
  data: Record<string, string>,
  more: object = {},
): Promise<void> {
  await node.client.create(configMaps, {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name, namespace },
    data,
    ...more,
  });
  await node.clock.settle();
}

async function setData(node: TestNode, name: string, data: object): Promise<void> {
  await node.client.patch(configMaps, { namespace, name }, { data });
  await node.clock.settle();
}

test("emptyDir is shared by the containers of a pod and empty in the next", async () => {
  const node = await startTestNode();
  const volumeMounts = [{ name: "tmp", mountPath: "/shared" }];
  const containers = [
    shell("echo hello > /shared/file; sleep 1000", { name: "writer", volumeMounts }),
    shell("sleep 1000", { name: "reader", volumeMounts }),
  ];
  await node.run("pair", { volumes: [{ name: "tmp", emptyDir: {} }], containers });
  expect(await node.exec("pair", "reader", "cat /shared/file")).toBe("hello\n");
});

test("an emptyDir over its limit evicts the pod, one in memory is just full", async () => {
  const node = await startTestNode();
  const fill =
    "x=0123456789012345678901234567890123456789; for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do echo $x >> /data/f; done; sleep 1000";
  const volumeMounts = [{ name: "data", mountPath: "/data" }];
  const disk = [{ name: "data", emptyDir: { sizeLimit: "1Ki" } }];
  const memory = [{ name: "data", emptyDir: { sizeLimit: "1Ki", medium: "Memory" } }];
  await node.run("disk", { volumes: disk, containers: [shell(fill, { volumeMounts })] });
  await node.run("memory", { volumes: memory, containers: [shell(fill, { volumeMounts })] });
  await node.clock.advance(15_000);

  expect(await node.status("disk")).toMatchObject({
    phase: "Failed",
    reason: "Evicted",
    message: 'Usage of EmptyDir volume "data" exceeds the limit "1Ki". ',
  });
  expect((await node.status("memory")).phase).toBe("Running");
  expect(await node.logs("memory", "main")).toContain("No space left on device");
});

test("a ConfigMap's files follow it all at once, but not those of a subPath", async () => {
  const node = await startTestNode();
  await createConfig(node, "settings", { color: "red", size: "1" });
  await mounted(node, "live", { configMap: { name: "settings" } });
  await mounted(node, "fixed", { configMap: { name: "settings" } }, { mountPath: "/data/color", subPath: "color" });
  const before = await node.exec("live", "main", "cat /data/color /data/size; readlink /data/color");
  expect(before).toBe("red1..data/color\n");

  await setData(node, "settings", { color: "blue", size: null, shape: "round" });
  expect(await node.exec("live", "main", "ls /data; cat /data/color")).toBe("color\nshape\nblue");
  expect(await node.exec("fixed", "main", "cat /data/color")).toBe("red");
  expect(await node.exec("live", "main", "echo x > /data/color")).toMatch(/Read-only file system\nexit 1\n$/u);
});

test("items choose keys, paths and modes; defaultMode is the others'", async () => {
  const node = await startTestNode();
  await createConfig(node, "settings", { a: "1", b: "2" });
  const items = [{ key: "a", path: "deep/a.txt", mode: 0o400 }];
  await mounted(node, "chosen", { configMap: { name: "settings", items } });
  expect(await node.exec("chosen", "main", "cat /data/deep/a.txt; ls /data; stat -c %a /data/deep/a.txt")).toBe(
    "1deep\n400\n",
  );

  await mounted(node, "all", { configMap: { name: "settings", defaultMode: 0o440 } });
  expect(await node.exec("all", "main", "stat -L -c %a /data/b")).toBe("440\n");
});

test.each(["/bin", "/data/inside", "..", "inside/../..", "loop", "/nowhere"])(
  "a sub-path that links to %s leaves the volume, and is refused",
  async (target) => {
    const node = await startTestNode();
    const volumeMounts = [{ name: "data", mountPath: "/data" }];
    const link = `mkdir /data/inside; ln -s ${target} /data/loop`;
    const initContainers = [shell(link, { name: "links", volumeMounts })];
    const containers = [shell("sleep 1d", { volumeMounts: [{ ...volumeMounts[0], subPath: "loop" }] })];
    await node.run("escapes", { volumes: [{ name: "data", emptyDir: {} }], initContainers, containers });
    expect((await node.status("escapes")).containerStatuses?.[0]?.state).toEqual({
      waiting: {
        reason: "CreateContainerConfigError",
        message: 'failed to prepare subPath for volumeMount "data" of container "main"',
      },
    });
  },
);

test("a sub-path of a link on the node is looked for where the link leads", async () => {
  const node = await startTestNode();
  await mounted(node, "maker", { hostPath: { path: "/tmp" } });
  await node.exec("maker", "main", "mkdir /data/real; echo here > /data/real/file; ln -s /tmp/real /data/link");
  const volumeMounts = [{ name: "data", mountPath: "/there", subPath: "file" }];
  const volumes = [{ name: "data", hostPath: { path: "/tmp/link" } }];
  await node.run("reader", { volumes, containers: [shell("sleep 1d", { volumeMounts })] });
  expect(await node.exec("reader", "main", "cat /there")).toBe("here\n");
});

test("a device that a container has made is there on the node", async () => {
  const node = await startTestNode();
  await mounted(node, "maker", { hostPath: { path: "/tmp/devices", type: "DirectoryOrCreate" } });
  const make = "cd /data; mknod disk b 89 1; mknod -m 600 zero c 1 5; ls -l | cut -c1-10,34-43; head -c 3 zero | wc -c";
  expect(await node.exec("maker", "main", make)).toBe("total 0\nbrw-r--r--   89,   1\ncrw-------    1,   5\n3\n");
  const again = "mknod disk b 89 1; mknod fifo p; mknod x c 1; cat disk; mknod y c one 1";
  const refused = await node.exec("maker", "main", `cd /data; (${again}) 2>&1 | grep -v "^$" | grep "^[cm][a-z]*:"`);
  expect(refused.split("\n")).toEqual([
    "mknod: disk: File exists",
    "mknod: fifo: Operation not permitted",
    "cat: can't open 'disk': Operation not permitted",
    "mknod: invalid number 'one'",
    "",
  ]);
  await mounted(node, "user", { hostPath: { path: "/tmp/devices/disk", type: "BlockDevice" } });
  expect(await node.exec("user", "main", "test -b /data && echo block")).toBe("block\n");
});

test.each<[string, Omit<Volume, "name">, string]>([
  ["configMap", { configMap: { name: "none" } }, 'configmap "none" not found'],
  [
    "a key",
    { configMap: { name: "settings", items: [{ key: "x", path: "x" }] } },
    "configmap references non-existent config key: x",
  ],
  ["secret", { secret: { secretName: "none" } }, 'secret "none" not found'],
  [
    "two sources",
    { projected: { sources: [{ configMap: { name: "none" } }, { secret: { name: "none" } }] } },
    '[configmap "none" not found, secret "none" not found]',
  ],
  [
    "a directory",
    { hostPath: { path: "/nowhere", type: "Directory" } },
    "hostPath type check failed: /nowhere is not a directory",
  ],
  ["a socket", { hostPath: { path: "/etc", type: "Socket" } }, "hostPath type check failed: /etc is not a socket file"],
])("a pod waits for %s that is missing, and says so again and again", async (_what, source, why) => {
  const node = await startTestNode();
  await createConfig(node, "settings", { a: "1" });
  await mounted(node, "waits", source);
  await node.clock.advance(4000);
  expect((await node.status("waits")).phase).toBe("Pending");
  expect(await node.events("waits")).toEqual([`FailedMount MountVolume.SetUp failed for volume "data" : ${why} x4`]);
});

test("what was missing is mounted as soon as it is there", async () => {
  const node = await startTestNode();
  await mounted(node, "waits", { configMap: { name: "late" } });
  await node.clock.advance(60_000);
  await createConfig(node, "late", { key: "value" });
  expect((await node.status("waits")).phase).toBe("Running");
  expect(await node.exec("waits", "main", "cat /data/key")).toBe("value");
});

test("optional sources may be missing", async () => {
  const node = await startTestNode();
  await mounted(node, "easy", { configMap: { name: "none", optional: true } });
  expect(await node.exec("easy", "main", "ls /data")).toBe("");
});

test("a secret's bytes are decoded", async () => {
  const node = await startTestNode();
  const data = { password: Buffer.from("s3cret").toString("base64") };
  await node.client.create(secrets, { apiVersion: "v1", kind: "Secret", metadata: { name: "login", namespace }, data });
  await mounted(node, "safe", { secret: { secretName: "login" } });
  expect(await node.exec("safe", "main", "cat /data/password")).toBe("s3cret");
});

test("downward files tell labels as they are now, and resources", async () => {
  const node = await startTestNode();
  const items = [
    { path: "labels", fieldRef: { fieldPath: "metadata.labels" } },
    { path: "cpu", resourceFieldRef: { containerName: "main", resource: "limits.cpu", divisor: "1m" } },
  ];
  const volumeMounts = [{ name: "info", mountPath: "/info" }];
  const containers = [shell(sleeper, { volumeMounts, resources: { limits: { cpu: "250m" } } })];
  await node.run(
    "told",
    { volumes: [{ name: "info", downwardAPI: { items } }], containers },
    { labels: { app: "web" } },
  );
  expect(await node.exec("told", "main", "cat /info/labels; echo; cat /info/cpu")).toBe('app="web"\n250');
  await node.client.patch(pods, { namespace, name: "told" }, { metadata: { labels: { app: "api" } } });
  await node.clock.settle();
  expect(await node.exec("told", "main", "cat /info/labels")).toBe('app="api"');
});

test("the service-account token is renewed before it runs out", async () => {
  const node = await startTestNode();
  await node.run("caller", { containers: [shell(sleeper)] });
  const path = "/var/run/secrets/kubernetes.io/serviceaccount";
  expect(await node.exec("caller", "main", `ls ${path}; cat ${path}/namespace ${path}/ca.crt`)).toBe(
    "ca.crt\nnamespace\ntoken\ndefaultCA",
  );
  const first = await node.exec("caller", "main", `cat ${path}/token`);
  await node.clock.advance(50 * 60_000);
  const second = await node.exec("caller", "main", `cat ${path}/token`);
  expect(second).not.toBe(first);
  expect(second.split(".")).toHaveLength(3);
});

test("hostPath is a directory of the node, for every pod that asks", async () => {
  const node = await startTestNode();
  await mounted(node, "one", { hostPath: { path: "/srv/shared", type: "DirectoryOrCreate" } });
  await mounted(node, "two", { hostPath: { path: "/srv/shared", type: "Directory" } }, { readOnly: true });
  await node.exec("one", "main", "echo here > /data/file");
  expect(await node.exec("two", "main", "cat /data/file; echo x > /data/file")).toMatch(
    /^here\n.*Read-only file system\nexit 1\n$/su,
  );
});

test("a claim keeps its data from pod to pod, and an unbound one is waited for", async () => {
  const node = await startTestNode();
  const claim = { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { name: "disk", namespace } };
  const accessModes = ["ReadWriteOnce" as const];
  const spec = { accessModes, resources: { requests: { storage: "1Gi" } }, volumeName: "pv1" };
  await mounted(node, "first", { persistentVolumeClaim: { claimName: "disk" } });
  const waiting =
    "FailedMount Unable to attach or mount volumes: unmounted volumes=[data], unattached volumes=[], failed to process volumes=[data]: error processing PVC default/disk:";
  expect(await node.events("first")).toEqual([
    `${waiting} failed to fetch PVC from API server: persistentvolumeclaims "disk" not found`,
  ]);
  await node.client.create(persistentVolumes, {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name: "pv1" },
    spec: { accessModes, capacity: { storage: "1Gi" }, nfs: { server: "nas", path: "/" } },
  });
  const created = await node.client.create(persistentVolumeClaims, { ...claim, spec });
  await node.clock.settle();
  expect((await node.events("first")).at(-1)).toBe(`${waiting} PVC is not bound`);
  await node.client.updateStatus(persistentVolumeClaims, { ...created, status: { phase: "Bound" } });
  await node.clock.settle();
  expect((await node.status("first")).phase).toBe("Running");

  await node.exec("first", "main", "echo kept > /data/file");
  await node.remove("first", 0);
  await mounted(node, "second", { persistentVolumeClaim: { claimName: "disk" } });
  expect(await node.exec("second", "main", "cat /data/file")).toBe("kept\n");
});

test("storage that is not simulated is an empty directory, and an Event says so", async () => {
  const node = await startTestNode();
  await mounted(node, "far", { nfs: { server: "nas", path: "/" } });
  expect(await node.exec("far", "main", "echo ok > /data/file; cat /data/file")).toBe("ok\n");
  expect((await node.events("far"))[0]).toBe(
    'NotSimulated volume "data": nfs is not simulated, an empty directory takes its place',
  );
});

test("subPathExpr is expanded, and a subPath that is not there becomes a directory", async () => {
  const node = await startTestNode();
  const env = [{ name: "NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } }];
  const volumeMounts = [{ name: "data", mountPath: "/logs", subPathExpr: "$(NAME)/logs" }];
  const volumes = [{ name: "data", hostPath: { path: "/srv/logs" } }];
  await node.run("sub", { volumes, containers: [shell(sleeper, { env, volumeMounts })] });
  await node.exec("sub", "main", "echo line > /logs/out");
  await mounted(node, "host", { hostPath: { path: "/srv/logs" } });
  expect(await node.exec("host", "main", "cat /data/sub/logs/out")).toBe("line\n");
});

test.each([
  [{ runAsUser: 1000 }, "1000 0 600"],
  [{ fsGroup: 2000 }, "0 2000 640"],
  [{ runAsUser: 1000, fsGroup: 2000 }, "1000 2000 640"],
  [{}, "0 0 644"],
])("a token in a pod with %j has the owner and mode %s", async (securityContext, expected) => {
  const node = await startTestNode();
  await node.run("caller", { securityContext, containers: [shell(sleeper)] });
  const path = "/var/run/secrets/kubernetes.io/serviceaccount/token";
  expect(await node.exec("caller", "main", `stat -L -c '%u %g %a' ${path}`)).toBe(`${expected}\n`);
});

test("a volume is on the node's disk or in its memory, as mount tells", async () => {
  const node = await startTestNode();
  await createConfig(node, "settings", { a: "1" });
  const volumes = [
    { name: "disk", emptyDir: {} },
    { name: "memory", emptyDir: { medium: "Memory", sizeLimit: "10Mi" } },
    { name: "config", configMap: { name: "settings" } },
  ];
  const volumeMounts = volumes.map(({ name }) => ({ name, mountPath: `/v/${name}` }));
  await node.run("typed", { volumes, containers: [shell(sleeper, { volumeMounts })] });
  expect(await node.exec("typed", "main", "mount | grep /v/; stat -c '%a %n' /v/disk /v/memory")).toBe(
    [
      "/dev/vda1 on /v/disk type ext4 (rw,relatime)",
      "tmpfs on /v/memory type tmpfs (rw,relatime,size=10240k)",
      "/dev/vda1 on /v/config type ext4 (ro,relatime)",
      "777 /v/disk",
      "1777 /v/memory",
      "",
    ].join("\n"),
  );
});

test("a subPath that is not there may be used as the volume's root may", async () => {
  const node = await startTestNode();
  await node.run("sub", {
    securityContext: { fsGroup: 123, runAsUser: 1001 },
    volumes: [{ name: "data", emptyDir: { medium: "Memory" } }],
    containers: [shell(sleeper, { volumeMounts: [{ name: "data", mountPath: "/data", subPath: "a/b" }] })],
  });
  expect(await node.exec("sub", "main", "stat -c '%u %g %a' /data")).toBe("0 123 3777\n");
});

async function boundVolume(node: TestNode, spec: object): Promise<void> {
  const accessModes = ["ReadWriteOnce" as const];
  const capacity = { storage: "8" };
  await node.client.create(persistentVolumes, {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name: "pv1" },
    spec: { accessModes, capacity, ...spec },
  });
  const created = await node.client.create(persistentVolumeClaims, {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name: "disk", namespace },
    spec: {
      accessModes,
      resources: { requests: capacity },
      volumeName: "pv1",
      volumeMode: "Filesystem",
      ...modeOf(spec),
    },
  });
  await node.client.updateStatus(persistentVolumeClaims, { ...created, status: { phase: "Bound" } });
  await node.clock.settle();
}

function modeOf({ volumeMode }: { volumeMode?: "Block" | "Filesystem" }): object {
  return volumeMode ? { volumeMode } : {};
}

test("a block volume is a disk that keeps what is written to it", async () => {
  const node = await startTestNode();
  await boundVolume(node, { volumeMode: "Block", csi: { driver: "example.com", volumeHandle: "1" } });
  const volumes = [{ name: "data", persistentVolumeClaim: { claimName: "disk" } }];
  const volumeDevices = [{ name: "data", devicePath: "/dev/xvda" }];
  for (const name of ["one", "two"]) await node.run(name, { volumes, containers: [shell(sleeper, { volumeDevices })] });
  const write = "test -b /dev/xvda && stat -c %F /dev/xvda; echo hello > /dev/xvda";
  expect(await node.exec("one", "main", write)).toBe("block special file\n");
  expect(await node.exec("two", "main", "cat /dev/xvda")).toBe("hello\n\0\0");
  expect(await node.exec("two", "main", "echo too long > /dev/xvda")).toMatch(/No space left on device/u);

  await mounted(node, "wrong", { persistentVolumeClaim: { claimName: "disk" } });
  expect((await node.events("wrong"))[0]).toMatch(
    /failed to process volumes=\[data\]: volume data has volumeMode Block, but is specified in volumeMounts$/u,
  );
});

test("a local volume whose path is not there is waited for, under its own name", async () => {
  const node = await startTestNode();
  const values = ["worker"];
  const nodeSelectorTerms = [{ matchExpressions: [{ key: "kubernetes.io/hostname", operator: "In", values }] }];
  await boundVolume(node, { local: { path: "/mnt/ssd" }, nodeAffinity: { required: { nodeSelectorTerms } } });
  await mounted(node, "waits", { persistentVolumeClaim: { claimName: "disk" } });
  expect((await node.events("waits"))[0]).toBe(
    'FailedMount MountVolume.NewMounter initialization failed for volume "pv1" : path "/mnt/ssd" does not exist',
  );
});

test("fsGroup owns what a pod's volumes hold", async () => {
  const node = await startTestNode();
  const volumeMounts = [{ name: "data", mountPath: "/data" }];
  await node.run("grouped", {
    securityContext: { fsGroup: 2000, runAsUser: 1000 },
    volumes: [{ name: "data", emptyDir: {} }],
    containers: [shell(sleeper, { volumeMounts })],
  });
  expect(await node.exec("grouped", "main", "stat -c '%g %a' /data; id -G")).toBe("2000 2777\n0 2000\n");
});
