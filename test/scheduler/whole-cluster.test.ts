import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { type Cluster, createCluster } from "../../src/index.ts";

let cluster: Cluster;
const errors: string[] = [];

beforeEach(async () => {
  const log = { write: (level: string, text: string) => void (level === "error" && errors.push(text)) };
  cluster = await createCluster({ log });
});
afterEach(async () => {
  await cluster.close();
  expect(errors).toEqual([]);
});

async function run(...args: string[]): Promise<string> {
  const { stdout, stderr } = await cluster.kubectl(args);
  return stdout + stderr;
}

const nodesOf = async (label: string): Promise<string[]> =>
  (await run("get", "pods", "-l", label, "-o", "jsonpath={.items[*].spec.nodeName}")).split(" ");
const phaseOf = (pod: string): Promise<string> => run("get", "pod", pod, "-o", "jsonpath={.status.phase}");

describe("a whole cluster", () => {
  test("spreads the pods of a Deployment over its nodes", async () => {
    await run("create", "deployment", "web", "--image=nginx", "--replicas=6");
    await cluster.settle();
    const nodes = await nodesOf("app=web");
    expect(nodes).toHaveLength(6);
    for (const node of new Set(nodes)) expect(nodes.filter((one) => one === node)).toHaveLength(2);
    expect(new Set(nodes).size).toBe(3);
  });

  test("gives a pod a volume where it runs", async () => {
    await cluster.apply(`
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: data }
spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
---
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  containers: [{ name: web, image: nginx, volumeMounts: [{ name: data, mountPath: /data }] }]
  volumes: [{ name: data, persistentVolumeClaim: { claimName: data } }]
`);
    await cluster.advance("10s");
    expect(await phaseOf("web")).toBe("Running");
    expect(await run("get", "pvc", "data", "--no-headers")).toMatch(/^data +Bound /u);
  });

  test("has what somebody put into a node's capacity at the kubelet's next report", async () => {
    const patch = (text: string): Promise<string> =>
      run("patch", "node", "picokube-worker", "--subresource=status", "--type=merge", "-p", text);
    const allocatable = (): Promise<string> =>
      run("get", "node", "picokube-worker", "-o", String.raw`jsonpath={.status.allocatable.example\.com/dongle}`);
    await patch('{"status":{"capacity":{"example.com/dongle":"2"}}}');
    const resources = '{"limits":{"example.com/dongle":"2"}}';
    const overrides = `{"spec":{"containers":[{"name":"web","image":"nginx","resources":${resources}}]}}`;
    await run("run", "web", "--image=nginx", `--overrides=${overrides}`);
    await cluster.settle();
    expect(await phaseOf("web")).toBe("Pending");
    await cluster.advance("20s");
    expect(await phaseOf("web")).toBe("Running");
    expect(await allocatable()).toBe("2");
    await patch('{"status":{"capacity":{"example.com/dongle":null}}}');
    await cluster.advance("10s");
    expect(await allocatable()).toBe("");
  });

  test("lets victims of preemption end before it takes their place", async () => {
    await cluster.apply(`
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: { name: urgent }
value: 1000
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: batch }
spec:
  replicas: 3
  selector: { matchLabels: { app: batch } }
  template:
    metadata: { labels: { app: batch } }
    spec:
      terminationGracePeriodSeconds: 20
      containers: [{ name: c, image: busybox, command: [sh, -c, "trap '' TERM; sleep 3600"], resources: { requests: { cpu: "3" } } }]
`);
    await cluster.settle();
    await cluster.apply(`
apiVersion: v1
kind: Pod
metadata: { name: urgent }
spec:
  priorityClassName: urgent
  containers: [{ name: c, image: nginx, resources: { requests: { cpu: "3" } } }]
`);
    await cluster.advance("10s");
    expect(await phaseOf("urgent")).toBe("Pending");
    const awaited = await run("get", "pod", "urgent", "-o", "jsonpath={.status.nominatedNodeName}");
    expect(awaited).toMatch(/^picokube-/u);
    await cluster.advance("20s");
    expect(await phaseOf("urgent")).toBe("Running");
    expect(await run("get", "pod", "urgent", "-o", "jsonpath={.spec.nodeName}")).toBe(awaited);
    const waiting = await run("get", "pods", "-l", "app=batch", "--field-selector=status.phase=Pending", "-o", "name");
    expect(waiting).toMatch(/^pod\/batch-\S+\n$/u);
    expect(await run("get", "events", "--field-selector=reason=Preempted", "--no-headers")).toMatch(
      /Preempted by pod \S+ on node picokube-/u,
    );
  });

  test("takes nodes that come back into account", async () => {
    for (const node of ["control-plane", "worker", "worker2"]) await run("cordon", `picokube-${node}`);
    await run("run", "web", "--image=nginx");
    await cluster.settle();
    expect(await run("get", "pod", "web", "-o", "jsonpath={.status.conditions[0].message}")).toBe(
      "0/3 nodes are available: 3 node(s) were unschedulable. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.",
    );
    await run("uncordon", "picokube-worker");
    await cluster.advance("1s");
    expect(await phaseOf("web")).toBe("Running");
  });
});
