import { expect, test } from "vitest";

import { configMaps } from "../../src/resources/core/config-map.ts";
import { events } from "../../src/resources/core/event.ts";
import { testCluster } from "./test-cluster.ts";

test("objects that own each other in a circle do not keep each other", async () => {
  await using t = await testCluster();
  const names = ["one", "two", "three"];
  await t.create(...names.map((name) => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name } })));
  const ownedBy = async (name: string, owner: string): Promise<void> => {
    const uid = (await t.get(configMaps, owner)).metadata.uid ?? "";
    const reference = {
      apiVersion: "v1",
      kind: "ConfigMap",
      name: owner,
      uid,
      controller: true,
      blockOwnerDeletion: true,
    };
    await t.patch(configMaps, name, { metadata: { ownerReferences: [reference] } });
  };
  await ownedBy("one", "three");
  await ownedBy("two", "one");
  await ownedBy("three", "two");
  await t.remove(configMaps, "one", "Foreground");
  const left = (await t.list(configMaps)).map(({ metadata }) => metadata.name);
  expect(left.filter((name) => names.includes(name))).toEqual([]);
});

test("an owner in another namespace is none, and an event says so", async () => {
  await using t = await testCluster();
  await t.create({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "owner" } });
  const uid = (await t.get(configMaps, "owner")).metadata.uid ?? "";
  const ownerReferences = [{ apiVersion: "v1", kind: "ConfigMap", name: "owner", uid }];
  const metadata = { name: "child", namespace: "kube-public", ownerReferences };
  await t.create({ apiVersion: "v1", kind: "ConfigMap", metadata });
  expect(await t.client.get(configMaps, { namespace: "kube-public", name: "child" })).toBeUndefined();
  const told = (await t.client.list(events, "kube-public")).map(
    ({ reason, message }) => `${reason ?? ""}: ${message ?? ""}`,
  );
  expect(told).toContain(
    `OwnerRefInvalidNamespace: ownerRef [v1/ConfigMap, namespace: kube-public, name: owner, uid: ${uid}] does not exist in namespace "kube-public"`,
  );
});

test("what is owned by something of an unknown kind stays, until the kind is known", async () => {
  await using t = await testCluster();
  const ownerReferences = [{ apiVersion: "example.com/v1", kind: "Thing", name: "none", uid: "none" }];
  await t.create({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "child", ownerReferences } });
  const isThere = async (): Promise<boolean> =>
    (await t.list(configMaps)).some(({ metadata }) => metadata.name === "child");
  expect(await isThere()).toBe(true);
  const schema = { openAPIV3Schema: { type: "object" } };
  await t.create({
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "things.example.com" },
    spec: {
      group: "example.com",
      scope: "Namespaced",
      names: { plural: "things", kind: "Thing" },
      versions: [{ name: "v1", served: true, storage: true, schema }],
    },
  });
  expect(await isThere()).toBe(false);
});
