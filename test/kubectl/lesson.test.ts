import { get } from "node:http";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { type Cluster, type ClusterServer, createCluster } from "../../src/index.ts";
import { createKubectl, type Kubectl, kubectlMissing } from "../support/kubectl.ts";

if (kubectlMissing) process.stderr.write(`the lesson is not tested with kubectl: ${kubectlMissing}\n`);

const manifest = (name: string): string => join(import.meta.dirname, "../../examples/services", name);
const errors: string[] = [];
let cluster: Cluster;
let server: ClusterServer;
let kubectl: Kubectl;

beforeAll(async () => {
  const log = { write: (level: string, text: string) => void (level === "error" && errors.push(text)) };
  cluster = await createCluster({ clock: "real", log });
  server = await cluster.listen();
  kubectl = createKubectl(server.kubeconfig);
});
afterAll(async () => {
  kubectl.close();
  await cluster.close();
  expect(errors).toEqual([]);
});

/** What a command prints; a failed one fails the test with its own words. */
async function run(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await kubectl.run(args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return stdout;
}

/** One request on a connection of its own. */
function fetchText(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get(url, { agent: false }, (response) => {
      let text = "";
      response.on("data", (chunk: Buffer) => (text += chunk.toString()));
      response.on("end", () => resolve(text));
    }).on("error", reject);
  });
}

async function podNames(): Promise<string[]> {
  return (await run("get", "pods", "-l", "app=simple-server", "-o", "jsonpath={.items[*].metadata.name}")).split(" ");
}

const podIp = (pod: string): Promise<string> => run("get", "pod", pod, "-o", "jsonpath={.status.podIP}");
const curl = (address: string): Promise<string> => run("exec", "curl-pod", "--", "curl", "-s", address);

describe.skipIf(kubectlMissing)("the lesson on Services, with the real kubectl:", () => {
  test("a ReplicaSet runs three pods", async () => {
    expect(await run("apply", "-f", manifest("replicaset.yaml"))).toBe("replicaset.apps/simple-server created\n");
    await run("wait", "pod", "-l", "app=simple-server", "--for=condition=Ready");
    expect(await podNames()).toHaveLength(3);
    expect(await run("get", "rs", "simple-server", "--no-headers")).toMatch(/^simple-server +3 +3 +3 /u);
  });

  test("a pod inside the cluster reaches each of them by its IP", async () => {
    await run("apply", "-f", manifest("curl-pod.yaml"));
    await run("wait", "pod", "curl-pod", "--for=condition=Ready");
    for (const pod of await podNames()) expect(await curl(`${await podIp(pod)}:8090`)).toContain(pod);
  });

  test("exec -it through a terminal gives a shell", async () => {
    const { code, stdout } = await kubectl.terminal(
      ["exec", "curl-pod", "-it", "--", "/bin/sh"],
      ["echo one$((1+1))", "nosuch", "exit 3"],
    );
    expect(stdout).toContain("one2");
    expect(stdout).toContain("nosuch: not found");
    expect(code).toBe(3);
  });

  test("a deleted pod is replaced by one with another name and IP, and its old IP is dead", async () => {
    const [gone = ""] = await podNames();
    const ip = await podIp(gone);
    await run("delete", "pod", gone);
    await run("wait", "pod", "-l", "app=simple-server", "--for=condition=Ready");
    const names = await podNames();
    expect(names).toHaveLength(3);
    expect(names).not.toContain(gone);
    const dead = await kubectl.run(["exec", "curl-pod", "--", "curl", "-s", "-S", "-m", "1", `${ip}:8090`]);
    expect(dead.stderr).toMatch(/curl: \((?:7|28)\)/u);
    expect(dead.code).not.toBe(0);
  });

  test("a ClusterIP Service answers by name, each pod in turn", async () => {
    await run("apply", "-f", manifest("service-clusterip.yaml"));
    const replies = new Set([
      await curl("simple-server:8090"),
      await curl("simple-server:8090"),
      await curl("simple-server:8090"),
    ]);
    expect(replies.size).toBe(3);
    const endpoints = await run("get", "endpoints", "simple-server", "--no-headers");
    for (const pod of await podNames()) expect(endpoints).toContain(`${await podIp(pod)}:8090`);
    expect(await run("describe", "svc", "simple-server")).toMatch(/^Endpoints: +10\.244\.\d+\.\d+:8090,10\.244/mu);
  });

  test("a NodePort Service answers on this machine, each pod in turn", async () => {
    await run("delete", "svc", "simple-server");
    await run("apply", "-f", manifest("service-nodeport.yaml"));
    expect(await run("get", "svc", "simple-server", "--no-headers")).toMatch(
      /NodePort +10\.\S+ +<none> +8090:30000\/TCP/u,
    );
    const url = "http://127.0.0.1:30000/";
    const replies = [await fetchText(url), await fetchText(url), await fetchText(url)];
    const pods = await podNames();
    expect(pods.every((pod) => replies.some((reply) => reply.includes(pod)))).toBe(true);
  });
});
