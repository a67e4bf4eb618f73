import { expect, test } from "vitest";

import { configMaps } from "../../src/resources/core/config-map.ts";
import { services } from "../../src/resources/core/service.ts";
import type { Image } from "../../src/runtime/image.ts";
import { shell, startTestNode } from "./test-node.ts";

const sleeper = "trap 'exit 0' TERM; while true; do sleep 1; done";

test("command and args replace the image's, with the container's variables in them", async () => {
  const image: Image = {
    names: ["speaker"],
    base: "busybox",
    entrypoint: ["echo", "entry"],
    command: ["default"],
    env: { FROM_IMAGE: "yes" },
  };
  const node = await startTestNode({ images: [image] });
  const env = [{ name: "WHO", value: "you" }];
  const run = async (name: string, container: object): Promise<string> => {
    await node.run(name, {
      restartPolicy: "Never",
      containers: [{ name: "main", image: "speaker", env, ...container }],
    });
    return node.logs(name, "main");
  };
  expect(await run("image", {})).toBe("entry default\n");
  expect(await run("args", { args: ["hi", "$(WHO)", "$(NOBODY)", "$$(WHO)"] })).toBe("entry hi you $(NOBODY) $(WHO)\n");
  expect(await run("command", { command: ["echo", "own"] })).toBe("own\n");
  expect(await run("both", { command: ["sh", "-c"], args: ["echo $FROM_IMAGE $(WHO)"] })).toBe("yes you\n");
});

test("variables come from everywhere they can", async () => {
  const node = await startTestNode();
  await node.client.create(configMaps, {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "c", namespace: "default" },
    data: { A: "1", B: "2" },
  });
  await node.client.create(services, {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "my-db", namespace: "default" },
    spec: { ports: [{ port: 5432, name: "pg" }], clusterIP: "10.96.7.7" },
  });
  await node.run("env", {
    containers: [
      shell(sleeper, {
        resources: { limits: { memory: "64Mi" } },
        envFrom: [{ prefix: "C_", configMapRef: { name: "c" } }],
        env: [
          { name: "B", value: "$(C_A)-$(MY_DB_SERVICE_HOST)" },
          { name: "IP", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } },
          { name: "NODE", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } },
          { name: "MEMORY", valueFrom: { resourceFieldRef: { resource: "limits.memory", divisor: "1Mi" } } },
          { name: "KEY", valueFrom: { configMapKeyRef: { name: "c", key: "B" } } },
          { name: "GONE", valueFrom: { configMapKeyRef: { name: "c", key: "Z", optional: true } } },
        ],
      }),
    ],
  });
  const script =
    'echo "$C_A $C_B $B $IP $NODE $MEMORY $KEY ${GONE-unset} $MY_DB_PORT $MY_DB_SERVICE_PORT_PG $HOSTNAME"';
  expect(await node.exec("env", "main", script)).toBe(
    "1 2 1-10.96.7.7 10.244.1.2 picokube-worker 64 2 unset tcp://10.96.7.7:5432 5432 env\n",
  );
});

test("a variable whose source is missing keeps the container from being made", async () => {
  const node = await startTestNode();
  const env = [{ name: "KEY", valueFrom: { secretKeyRef: { name: "none", key: "k" } } }];
  await node.run("lost", { containers: [shell(sleeper, { env })] });
  const [main] = (await node.status("lost")).containerStatuses ?? [];
  expect(main?.state?.waiting).toEqual({ reason: "CreateContainerConfigError", message: 'secret "none" not found' });
  await node.clock.advance(30_000);
  expect(await node.events("lost")).toContain('Failed Error: secret "none" not found x3');
});

test("runAsNonRoot refuses root; a user given is the one that runs, with its group in the image unless one is given", async () => {
  const node = await startTestNode();
  await node.run("root", { securityContext: { runAsNonRoot: true }, containers: [shell(sleeper)] });
  const { uid = "" } = (await node.pod("root")).metadata;
  const [main] = (await node.status("root")).containerStatuses ?? [];
  expect(main?.state?.waiting).toEqual({
    reason: "CreateContainerConfigError",
    message: `container has runAsNonRoot and image will run as root (pod: "root_default(${uid})", container: main)`,
  });
  await node.run("user", {
    securityContext: { runAsNonRoot: true, runAsUser: 1000, runAsGroup: 3000 },
    containers: [shell(sleeper)],
  });
  expect(await node.exec("user", "main", "id -u; id -g")).toBe("1000\n3000\n");
  await node.run("nobody", { securityContext: { runAsUser: 65534 }, containers: [shell(sleeper)] });
  expect(await node.exec("nobody", "main", "id -u; id -g")).toBe("65534\n65534\n");
});

test("/etc/hosts, /etc/hostname and /etc/resolv.conf are the kubelet's", async () => {
  const node = await startTestNode();
  await node.run("named", {
    hostname: "db-0",
    subdomain: "db",
    hostAliases: [{ ip: "1.2.3.4", hostnames: ["a.test", "b.test"] }],
    dnsConfig: {
      nameservers: ["9.9.9.9"],
      searches: ["corp.test"],
      options: [{ name: "ndots", value: "2" }, { name: "edns0" }],
    },
    containers: [shell(sleeper)],
  });
  expect(await node.exec("named", "main", "cat /etc/hosts")).toBe(`# Kubernetes-managed hosts file.
127.0.0.1\tlocalhost
::1\tlocalhost ip6-localhost ip6-loopback
fe00::0\tip6-localnet
fe00::0\tip6-mcastprefix
fe00::1\tip6-allnodes
fe00::2\tip6-allrouters
10.244.1.2\tdb-0.db.default.svc.cluster.local\tdb-0

# Entries added by HostAliases.
1.2.3.4\ta.test\tb.test
`);
  expect(await node.exec("named", "main", "cat /etc/hostname /etc/resolv.conf")).toBe(`db-0
search default.svc.cluster.local svc.cluster.local cluster.local corp.test
nameserver 10.96.0.10
nameserver 9.9.9.9
options ndots:2 edns0
`);
  await node.run("none", { dnsPolicy: "None", dnsConfig: { nameservers: ["1.1.1.1"] }, containers: [shell(sleeper)] });
  expect(await node.exec("none", "main", "cat /etc/resolv.conf")).toBe("nameserver 1.1.1.1\n");
});

test("with the host's network a pod has its node's IP and name", async () => {
  const node = await startTestNode();
  await node.run("host", { hostNetwork: true, containers: [shell(sleeper)] });
  expect(await node.status("host")).toMatchObject({ podIP: "172.18.0.3", hostIP: "172.18.0.3" });
  expect(await node.exec("host", "main", "cat /etc/hostname")).toBe("picokube-worker\n");
});

test("a read-only root keeps volumes writable", async () => {
  const node = await startTestNode();
  await node.run("strict", {
    volumes: [{ name: "tmp", emptyDir: {} }],
    containers: [
      shell(sleeper, {
        securityContext: { readOnlyRootFilesystem: true },
        volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
      }),
    ],
  });
  expect(await node.exec("strict", "main", "echo x > /tmp/file; cat /tmp/file; echo x > /file")).toMatch(
    /^x\n.*Read-only file system\nexit 1\n$/su,
  );
});

test("what is asked for and not simulated is told", async () => {
  const node = await startTestNode();
  await node.run("wants", {
    hostIPC: true,
    containers: [shell(sleeper, { securityContext: { privileged: true } })],
  });
  expect((await node.events("wants")).filter((line) => line.startsWith("NotSimulated"))).toEqual([
    "NotSimulated hostIPC is not simulated",
    "NotSimulated container main: privileged: there is no kernel below to give access to",
  ]);
});
