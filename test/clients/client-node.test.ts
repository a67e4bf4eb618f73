import { PassThrough } from "node:stream";

import * as k8s from "@kubernetes/client-node";
import { afterAll, beforeAll, expect, test } from "vitest";

import { type Cluster, createCluster } from "../../src/index.ts";

const pod = `
apiVersion: v1
kind: Pod
metadata: { name: web, labels: { app: web } }
spec:
  terminationGracePeriodSeconds: 0
  containers:
    - { name: web, image: busybox, command: [sh, -c, "echo started; sleep 3600"] }
`;

let cluster: Cluster;
let config: k8s.KubeConfig;

beforeAll(async () => {
  cluster = await createCluster({ clock: "real" });
  const server = await cluster.listen({ nodePortAddress: false });
  config = new k8s.KubeConfig();
  config.loadFromString(JSON.stringify(server.kubeconfig));
  await cluster.apply(pod);
  await started("web");
});
afterAll(async () => {
  await cluster.close();
});

/** Resolves when a pod runs; told by a watch, not by asking again and again. */
function started(name: string): Promise<void> {
  return new Promise((resolve) => {
    const stop = cluster.onNews((line) => {
      if (!line.startsWith(`pod/${name} running`)) return;
      resolve();
      queueMicrotask(() => stop());
    });
  });
}

test("lists, creates and deletes typed objects", async () => {
  const core = config.makeApiClient(k8s.CoreV1Api);
  const created = await core.createNamespacedConfigMap({
    namespace: "default",
    body: { metadata: { name: "c" }, data: { a: "1" } },
  });
  expect(created.metadata?.uid).toMatch(/^[0-9a-f-]{36}$/u);
  expect(
    (await core.listNamespacedConfigMap({ namespace: "default", fieldSelector: "metadata.name=c" })).items,
  ).toHaveLength(1);
  await core.deleteNamespacedConfigMap({ name: "c", namespace: "default" });
  await expect(core.readNamespacedConfigMap({ name: "c", namespace: "default" })).rejects.toMatchObject({ code: 404 });
});

test("an informer sees objects come, change and go", async () => {
  const core = config.makeApiClient(k8s.CoreV1Api);
  const informer = k8s.makeInformer(config, "/api/v1/namespaces/default/secrets", () =>
    core.listNamespacedSecret({ namespace: "default" }),
  );
  const seen: string[] = [];
  const gone = new Promise<void>((resolve, reject) => {
    informer.on("add", ({ metadata }) => seen.push(`add ${metadata?.name ?? ""}`));
    informer.on("update", ({ metadata }) => seen.push(`update ${metadata?.name ?? ""}`));
    informer.on("delete", ({ metadata }) => {
      seen.push(`delete ${metadata?.name ?? ""}`);
      resolve();
    });
    informer.on("error", reject);
  });
  await informer.start();
  await core.createNamespacedSecret({
    namespace: "default",
    body: { metadata: { name: "s" }, stringData: { a: "1" } },
  });
  await core.replaceNamespacedSecret({
    name: "s",
    namespace: "default",
    body: { metadata: { name: "s" }, stringData: { a: "2" } },
  });
  await core.deleteNamespacedSecret({ name: "s", namespace: "default" });
  await gone;
  await informer.stop();
  expect(seen).toEqual(["add s", "update s", "delete s"]);
});

test("exec carries input and output, and tells how the command ended", async () => {
  const output = new PassThrough();
  const input = new PassThrough();
  let text = "";
  output.on("data", (chunk: Buffer) => (text += chunk.toString()));
  const status = await new Promise<k8s.V1Status>((resolve, reject) => {
    const exec = new k8s.Exec(config);
    exec
      .exec(
        "default",
        "web",
        "web",
        ["sh", "-c", "read line; echo got $line; exit 4"],
        output,
        null,
        input,
        false,
        resolve,
      )
      .catch(reject);
    input.write("hello\n");
  });
  expect(text).toBe("got hello\n");
  expect(status).toMatchObject({ status: "Failure", reason: "NonZeroExitCode" });
});

test("logs are streamed", async () => {
  const output = new PassThrough();
  const line = new Promise<string>((resolve) => output.once("data", (chunk: Buffer) => resolve(chunk.toString())));
  const controller = await new k8s.Log(config).log("default", "web", "web", output, { follow: true });
  expect(await line).toBe("started\n");
  controller.abort();
});
