import { afterEach, beforeEach, describe, expect, expectTypeOf, test } from "vitest";

import { ApiError, type Cluster, createCluster, type Kinds } from "../../src/index.ts";

let cluster: Cluster;
beforeEach(async () => {
  cluster = await createCluster({ clock: "virtual", seed: 1 });
});
afterEach(async () => {
  await cluster.close();
});

const deployment = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, labels: { tier: front } }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: nginx }] }
`;

const configMap = (name: string, metadata: object = {}): Kinds["ConfigMap"] => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, ...metadata },
});

test("objects are read by kind and name, with their types", async () => {
  await cluster.apply(deployment);
  await cluster.advance("1m");
  const web = await cluster.objects.get("Deployment", "web");
  expectTypeOf(web).toEqualTypeOf<Kinds["Deployment"] | undefined>();
  expect(web?.status?.readyReplicas).toBe(1);
  expect(await cluster.objects.get("Deployment", "none")).toBeUndefined();
  expect((await cluster.objects.get("Node", "picokube-worker"))?.status?.addresses).not.toBeUndefined();
  expect(await cluster.objects.get("Service", "kube-dns", { namespace: "kube-system" })).toMatchObject({
    spec: { clusterIP: "10.96.0.10" },
  });
});

test("lists are of a namespace or of all, and select", async () => {
  const { objects } = cluster;
  await objects.create(configMap("a", { labels: { app: "x" } }));
  await objects.create(configMap("b", { namespace: "kube-system", labels: { app: "x" } }));
  const names = async (where: object): Promise<string[]> =>
    (await objects.list("ConfigMap", where)).map(({ metadata }) => metadata.name);

  expect(await names({})).toEqual(["a", "kube-root-ca.crt"]);
  expect(await names({ labelSelector: "app in (x, y)" })).toEqual(["a"]);
  expect(await names({ allNamespaces: true, labelSelector: "app=x" })).toEqual(["a", "b"]);
  expect(await names({ fieldSelector: "metadata.name!=a" })).toEqual(["kube-root-ca.crt"]);
  await expect(names({ fieldSelector: "data.a=1" })).rejects.toThrow("field label not supported: data.a");
});

test("changes go through the whole API", async () => {
  const { objects } = cluster;
  await cluster.apply(deployment);
  const scaled = await objects.patch("Deployment", "web", { spec: { replicas: 3 }, metadata: { labels: null } });
  expect([scaled.spec.replicas, scaled.metadata.labels]).toEqual([3, undefined]);
  await objects.patch("Deployment", "web", { spec: { replicas: 2 } }, { subresource: "scale" });
  await cluster.advance("1m");
  expect(await objects.list("Pod", { labelSelector: "app=web" })).toHaveLength(2);
  await objects.delete("Deployment", "web", { propagationPolicy: "Foreground" });
  await cluster.advance("2m");
  expect(await objects.list("Pod")).toEqual([]);
});

describe("what the API refuses rejects with its own words:", () => {
  test.each<[string, (cluster: Cluster) => Promise<unknown>, string, string]>([
    [
      "an object that is there",
      async ({ objects }) => {
        await objects.create(configMap("a"));
        await objects.create(configMap("a"));
      },
      "AlreadyExists",
      'configmaps "a" already exists',
    ],
    ["a patch of nothing", ({ objects }) => objects.patch("Pod", "none", {}), "NotFound", 'pods "none" not found'],
    [
      "a field of the wrong type",
      ({ objects }) => objects.create({ ...configMap("b"), data: { a: 1 } } as never),
      "BadRequest",
      "json: cannot unmarshal number into Go struct field",
    ],
  ])("%s", async (_, ask, reason, message) => {
    const refused: unknown = await ask(cluster).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ApiError);
    expect((refused as ApiError).reason).toBe(reason);
    expect((refused as ApiError).message).toContain(message);
  });
});

test("a kind that there is not is an error", async () => {
  await expect(cluster.objects.get("Pods", "web")).rejects.toThrow("the cluster has no kind Pods");
  await expect(cluster.objects.create({ ...configMap("a"), apiVersion: "v2" })).rejects.toThrow(
    "the cluster has no kind ConfigMap in v2",
  );
});

test("a watch tells of what is selected, comes to be, and no longer is", async () => {
  const told: string[] = [];
  const { objects } = cluster;
  await objects.create(configMap("a", { labels: { on: "1" } }));
  const stop = objects.watch("ConfigMap", ({ type, object }) => told.push(`${type} ${object.metadata.name}`), {
    labelSelector: "on=1",
  });
  await objects.create(configMap("b"));
  await objects.patch("ConfigMap", "b", { metadata: { labels: { on: "1" } } });
  await objects.patch("ConfigMap", "b", { data: { x: "y" } });
  await objects.patch("ConfigMap", "b", { metadata: { labels: { on: "0" } } });
  await objects.create(configMap("c", { namespace: "kube-system", labels: { on: "1" } }));
  await objects.delete("ConfigMap", "a");
  stop();
  await objects.create(configMap("d", { labels: { on: "1" } }));
  await cluster.settle();
  expect(told).toEqual(["ADDED a", "ADDED b", "MODIFIED b", "DELETED b", "DELETED a"]);
});

test("custom resources are kinds, too, and a group tells kinds of one name apart", async () => {
  await cluster.apply(`
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: events.example.com }
spec:
  group: example.com
  scope: Cluster
  names: { plural: events, kind: Event }
  versions:
    - { name: v1, served: true, storage: true, schema: { openAPIV3Schema: { type: object, x-kubernetes-preserve-unknown-fields: true } } }
`);
  await cluster.settle();
  await cluster.objects.create({ apiVersion: "example.com/v1", kind: "Event", metadata: { name: "e" } });
  expect((await cluster.objects.list("Event.example.com")).map(({ metadata }) => metadata.name)).toEqual(["e"]);
  expect(await cluster.objects.get("Event", "e")).toBeUndefined();
});
