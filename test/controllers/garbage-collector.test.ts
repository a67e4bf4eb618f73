import { expect, test } from "vitest";

import { configMaps } from "../../src/resources/core/config-map.ts";
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
