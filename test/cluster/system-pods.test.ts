import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { type Cluster, createCluster } from "../../src/index.ts";

let cluster: Cluster;
const errors: string[] = [];

beforeAll(async () => {
  const log = { write: (level: string, text: string) => void (level === "error" && errors.push(text)) };
  cluster = await createCluster({ systemPods: "full", log });
});
afterAll(async () => {
  await cluster.close();
  expect(errors).toEqual([]);
});

async function run(...args: string[]): Promise<string> {
  const { stdout, stderr } = await cluster.kubectl(args);
  return stdout + stderr;
}

/** The pods of kube-system with the node they are on, without the parts of names that chance gives. */
async function systemPods(): Promise<string[]> {
  const path = "jsonpath={range .items[*]}{.metadata.name} {.status.phase} {.spec.nodeName}\n{end}";
  const lines = (await run("get", "pods", "-n", "kube-system", "-o", path)).trimEnd().split("\n");
  return lines.map((line) => line.replace(/^(coredns|kube-proxy)-\S+/u, "$1"));
}

describe("a cluster with all of its system pods", () => {
  test("runs what kubeadm would", async () => {
    const pods = await systemPods();
    expect(pods.filter((pod) => !pod.startsWith("coredns"))).toEqual([
      "etcd-picokube-control-plane Running picokube-control-plane",
      "kube-apiserver-picokube-control-plane Running picokube-control-plane",
      "kube-controller-manager-picokube-control-plane Running picokube-control-plane",
      ...pods.filter((pod) => pod.startsWith("kube-proxy Running ")),
      "kube-scheduler-picokube-control-plane Running picokube-control-plane",
    ]);
    expect(new Set(pods.filter((pod) => pod.startsWith("kube-proxy")))).toEqual(
      new Set(["control-plane", "worker", "worker2"].map((name) => `kube-proxy Running picokube-${name}`)),
    );
    expect(pods.filter((pod) => pod.startsWith("coredns Running "))).toHaveLength(2);
  });

  test("answers on kube-proxy's ports of each node", async () => {
    const pods = await run("get", "pods", "-n", "kube-system", "-o", "name");
    const from = { from: /kube-proxy-\S+/u.exec(pods)?.[0] ?? "", namespace: "kube-system" };
    expect((await cluster.fetch("http://localhost:10249/proxyMode", from)).body).toBe("ipvs");
    expect((await cluster.fetch("http://172.18.0.3:10256/healthz", from)).body).toContain('"nodeEligible": true');
  });

  test("says what each node has, and that its kube-proxy runs", async () => {
    expect(await run("get", "csinodes", "-o", "name")).toContain("csinode.storage.k8s.io/picokube-worker2\n");
    expect(await run("describe", "node", "picokube-worker")).toMatch(/Normal +Starting +\S+ +kube-proxy *\n/u);
  });

  test("keeps what kubeadm wrote down about it", async () => {
    const text = await run("get", "cm", "-n", "kube-system", "kubeadm-config", "-o", "jsonpath={.data.*}");
    expect(text).toContain("kubernetesVersion: v1.32.4\n");
    const may = ["auth", "can-i", "-n", "kube-system", "get", "configmap/kubelet-config", "--as=new"];
    expect(await run(...may, "--as-group=system:bootstrappers:kubeadm:default-node-token")).toBe("yes\n");
    expect(await run(...may, "--as-group=strangers")).toBe("no\n");
    expect(await run("auth", "can-i", "delete", "nodes", "--as=me", "--as-group=kubeadm:cluster-admins")).toContain(
      "yes",
    );
  });

  test("names its API server in a lease", async () => {
    const labels = ["-l", "apiserver.kubernetes.io/identity=kube-apiserver", "-o", "jsonpath={.items[*].spec}"];
    const spec: unknown = JSON.parse(await run("get", "leases", "-n", "kube-system", ...labels));
    expect(spec).toMatchObject({ leaseDurationSeconds: 3600 });
    expect(spec).toHaveProperty("holderIdentity", expect.stringMatching(/^apiserver-[a-z2-7]{26}_[-0-9a-f]{36}$/u));
  });

  test("tells machines that join where it is", async () => {
    const kubeconfig = await run("get", "cm", "-n", "kube-public", "cluster-info", "-o", "jsonpath={.data.kubeconfig}");
    expect(kubeconfig).toContain("server: https://172.18.0.2:6443\n");
    const path = "/api/v1/namespaces/kube-public/configmaps/cluster-info";
    expect(await run("get", "--raw", path, "--as=system:anonymous")).toContain('"name":"cluster-info"');
  });

  test("puts the mirror of a static pod back", async () => {
    const name = "kube-scheduler-picokube-control-plane";
    const uid = (): Promise<string> => run("get", "pod", name, "-n", "kube-system", "-o", "jsonpath={.metadata.uid}");
    const before = await uid();
    expect(await run("delete", "pod", name, "-n", "kube-system")).toMatch(/^pod "kube-scheduler-\S+" deleted/u);
    await cluster.settle();
    expect(await uid()).not.toBe(before);
    expect(await systemPods()).toContain(`${name} Running picokube-control-plane`);
    expect(await run("logs", name, "-n", "kube-system")).toContain('"Starting Kubernetes Scheduler"');
  });

  test("drains a node but for its DaemonSet's and mirror pods", async () => {
    expect(await run("drain", "picokube-control-plane", "--ignore-daemonsets")).toContain(
      "node/picokube-control-plane drained",
    );
    const left = (await systemPods()).filter((pod) => pod.endsWith(" picokube-control-plane"));
    expect(left).toHaveLength(5);
  });
});

describe("whyPod", () => {
  test("says what is for and against each node", async () => {
    await run("cordon", "picokube-worker");
    await run("run", "web", "--image=nginx");
    await cluster.settle();
    const { nodes } = cluster.whyPod("default", "web");
    expect(nodes.map(({ node, refusals }) => [node, refusals.map(({ plugin }) => plugin)])).toEqual([
      ["picokube-worker2", []],
      ["picokube-control-plane", ["NodeUnschedulable", "TaintToleration"]],
      ["picokube-worker", ["NodeUnschedulable", "TaintToleration"]],
    ]);
    expect(nodes[0]?.scores.map(({ plugin }) => plugin)).toContain("NodeResourcesFit");
    expect(() => cluster.whyPod("default", "nobody")).toThrow('pods "nobody" not found');
  });

  test("names the gates that keep a pod from being looked at", async () => {
    const gates = '{"spec":{"schedulingGates":[{"name":"example.com/a"},{"name":"example.com/b"}]}}';
    await run("run", "gated", "--image=nginx", `--overrides=${gates}`);
    const reasons = ["waiting for scheduling gates: [example.com/a example.com/b]"];
    const refusal = { plugin: "SchedulingGates", reasons };
    expect(cluster.whyPod("default", "gated")).toEqual({ pod: "default/gated", refusal, nodes: [] });
  });
});
