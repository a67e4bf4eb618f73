import { beforeAll, expect, test } from "vitest";

import { podManifest } from "./kubectl-cluster.ts";
import { startVirtualCluster, type VirtualCluster } from "./virtual-cluster.ts";

let on: VirtualCluster;
let node = "";
beforeAll(async () => {
  on = await startVirtualCluster();
  await on.apply(
    podManifest("box", {
      containers: [
        {
          name: "main",
          image: "busybox",
          command: ["sh", "-c", "echo hello; i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; sleep 100000"],
          readinessProbe: { exec: { command: ["test", "-e", "/nothing"] }, periodSeconds: 5 },
        },
      ],
    }),
  );
  await on.cluster.advance("30s");
  node = (await on.pod("box")).spec.nodeName ?? "";
});

const proxied = (path: string): ReturnType<VirtualCluster["get"]> => on.get(`/api/v1/nodes/${node}/proxy${path}`);

test("the kubelet is healthy", async () => {
  expect(await proxied("/healthz")).toMatchObject({ status: 200, text: "ok" });
});

test("it lists its pods", async () => {
  const list = JSON.parse((await proxied("/pods")).text) as { kind: string; items: { metadata: { name: string } }[] };
  expect(list.kind).toBe("PodList");
  expect(list.items.map(({ metadata }) => metadata.name)).toContain("box");
});

test("its summary measures containers", async () => {
  interface Stats {
    readonly node: { readonly nodeName: string; readonly cpu: object; readonly memory: object };
    readonly pods: readonly {
      readonly podRef: { readonly name: string; readonly namespace: string };
      readonly containers: readonly {
        readonly name: string;
        readonly cpu: { readonly usageCoreNanoSeconds: number };
        readonly memory: { readonly workingSetBytes: number };
      }[];
    }[];
  }
  const stats = JSON.parse((await proxied("/stats/summary")).text) as Stats;
  expect(stats.node.nodeName).toBe(node);
  const box = stats.pods.find(({ podRef }) => podRef.name === "box");
  const [main] = box?.containers ?? [];
  expect(main?.name).toBe("main");
  expect(main?.cpu.usageCoreNanoSeconds).toBeGreaterThan(1e6);
  expect(main?.memory.workingSetBytes).toBeGreaterThan(1e5);
});

test("its configuration, metrics and container logs are there", async () => {
  const { kubeletconfig } = JSON.parse((await proxied("/configz")).text) as { kubeletconfig: Record<string, unknown> };
  expect(kubeletconfig).toMatchObject({ clusterDNS: ["10.96.0.10"], clusterDomain: "cluster.local", maxPods: 110 });
  expect((await proxied("/metrics")).text).toMatch(/^kubelet_running_pods \d+$/mu);
  expect((await proxied("/metrics/resource")).text).toMatch(
    /^container_cpu_usage_seconds_total\{container="main",namespace="default",pod="box"\} /mu,
  );
  expect((await proxied("/containerLogs/default/box/main")).text).toBe("hello\n");
});

test("cAdvisor's metrics are of containers, of pods and of the node", async () => {
  const { text } = await proxied("/metrics/cadvisor");
  const cpu = [
    ...text.matchAll(/^container_cpu_usage_seconds_total\{container="(.*?)",id="(.*?)",.*,pod="(.*?)",cpu/gmu),
  ];
  const rows = cpu.map(([, container, id = "", pod]) => [container, id.split("/").length - 1, pod]);
  expect(rows).toContainEqual(["main", 4, "box"]);
  expect(rows).toContainEqual(["", 3, "box"]);
  expect(rows).toContainEqual(["", 1, ""]);
  expect(text).toMatch(/^container_memory_working_set_bytes\{.*namespace="default",pod="box"\} [1-9]\d+$/mu);
  expect(text).toMatch(/^container_spec_memory_limit_bytes\{container="main".* 0$/mu);
  expect(text).toMatch(/^machine_cpu_cores [1-9]/mu);
});

test("probes are counted by their result", async () => {
  const { text } = await proxied("/metrics/probes");
  const labels = 'container="main",namespace="default",pod="box",pod_uid=".*",probe_type="Readiness",result="failed"';
  expect(text).toMatch(new RegExp(`^prober_probe_total\\{${labels}\\} [5-7]$`, "mu"));
});

test("what it does not have is 404, and a node that is not there is no node", async () => {
  expect((await proxied("/nothing")).status).toBe(404);
  expect((await on.get("/api/v1/nodes/nobody/proxy/healthz")).status).toBe(404);
});

test("nodes report themselves: lease, conditions, allocatable, Events", async () => {
  const { status } = JSON.parse((await on.get(`/api/v1/nodes/${node}`)).text) as {
    status: { conditions: { type: string; status: string; lastHeartbeatTime: string }[]; allocatable: object };
  };
  expect(status.conditions.map(({ type, status: value }) => `${type} ${value}`)).toEqual([
    "MemoryPressure False",
    "DiskPressure False",
    "PIDPressure False",
    "Ready True",
  ]);
  expect(status.allocatable).toMatchObject({ cpu: expect.any(String), memory: expect.any(String), pods: "110" });
  const lease = async (): Promise<string> =>
    (
      JSON.parse((await on.get(`/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/${node}`)).text) as {
        spec: { renewTime: string };
      }
    ).spec.renewTime;
  const before = await lease();
  await on.cluster.advance("30s");
  expect(Date.parse(await lease())).toBeGreaterThan(Date.parse(before));
  const events = (await on.get("/api/v1/namespaces/default/events?fieldSelector=involvedObject.kind%3DNode")).text;
  for (const reason of ["Starting", "NodeHasSufficientMemory", "NodeReady"])
    expect(events).toContain(`"reason":"${reason}"`);
});
