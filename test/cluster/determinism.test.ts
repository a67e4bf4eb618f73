import { readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { createCluster } from "../../src/index.ts";

const lesson = ["replicaset", "curl-pod", "service-nodeport"]
  .map((name) => readFileSync(join(import.meta.dirname, `../../examples/services/${name}.yaml`), "utf8"))
  .join("---\n");

/** Every object, log and reply of one little history. */
async function history(seed: number): Promise<string> {
  const cluster = await createCluster({ seed, pace: "realistic" });
  await cluster.apply(lesson);
  await cluster.advance("10s");
  const said = [
    await cluster.exec("curl-pod", [
      "sh",
      "-c",
      "for i in 1 2 3; do curl -s simple-server:8090; echo $RANDOM; sleep 1; done",
    ]),
  ];
  await cluster.client.delete({ ...podResource }, { namespace: "default", name: "curl-pod" });
  await cluster.advance("1m");
  const objects: unknown[] = [];
  for (const path of await listPaths(cluster)) objects.push(path, await getText(cluster, path));
  await cluster.close();
  return JSON.stringify({ said, objects }, null, 1);
}

const podResource = { group: "", version: "v1", kind: "Pod", plural: "pods", namespaced: true, columns: [] } as const;

type Cluster = Awaited<ReturnType<typeof createCluster>>;

async function getText(cluster: Cluster, path: string): Promise<string> {
  const { body } = await cluster.transport.request({ method: "GET", path });
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** The collections of every resource that can be listed. */
async function listPaths(cluster: Cluster): Promise<string[]> {
  const groups = JSON.parse(await getText(cluster, "/apis")) as {
    groups: { preferredVersion: { groupVersion: string } }[];
  };
  const roots = ["/api/v1", ...groups.groups.map(({ preferredVersion }) => `/apis/${preferredVersion.groupVersion}`)];
  const lists = await Promise.all(
    roots.map(async (root) => ({ root, list: JSON.parse(await getText(cluster, root)) as ResourceList })),
  );
  return lists.flatMap(({ root, list }) =>
    list.resources
      .filter(({ name, verbs }) => verbs.includes("list") && !name.includes("/"))
      .map(({ name }) => `${root}/${name}`),
  );
}

interface ResourceList {
  readonly resources: readonly { readonly name: string; readonly verbs: readonly string[] }[];
}

describe("a cluster on a virtual clock", () => {
  test("is the same, byte for byte, in every run with the same seed", async () => {
    const [first, second] = [await history(7), await history(7)];
    expect(first).toBe(second);
    expect(first).toContain("Hello from simple-server-");
  });

  test("is another one with another seed", async () => {
    expect(await history(7)).not.toBe(await history(8));
  });

  test("does not see other clusters of the same process", async () => {
    const [one, other] = await Promise.all([createCluster(), createCluster()]);
    await one.apply({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "mine", namespace: "default" } });
    expect(await getText(one, "/api/v1/namespaces/default/configmaps/mine")).toContain('"name":"mine"');
    expect(await getText(other, "/api/v1/namespaces/default/configmaps/mine")).toContain("NotFound");
    await Promise.all([one.close(), other.close()]);
  });
});
