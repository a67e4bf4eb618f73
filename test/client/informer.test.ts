import { beforeEach, describe, expect, test } from "vitest";

import type { ConfigMap } from "../../src/api/types.gen.ts";
import type { Client } from "../../src/client/client.ts";
import { Informer } from "../../src/client/informer.ts";
import { type Cluster, createCluster } from "../../src/index.ts";
import { configMaps } from "../../src/resources/core/config-map.ts";

let client: Client;
let informer: Informer<ConfigMap>;
beforeEach(async () => {
  const cluster: Cluster = await createCluster({ nodes: 1 });
  client = cluster.client;
  informer = new Informer(client, configMaps);
  informer.addIndex("colour", ({ data }) => (data?.["colour"] ?? "").split(" "));
  return () => cluster.close();
});

function painted(name: string, colour: string): ConfigMap {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "default" }, data: { colour } };
}

function names(objects: readonly ConfigMap[]): readonly string[] {
  return objects.map(({ metadata }) => metadata.name);
}

describe("an informer", () => {
  test("gives the same list until one of its objects changes", async () => {
    await client.create(configMaps, painted("a", "red"));
    const [all, own, others] = [informer.list(), informer.list("default"), informer.list("kube-system")];
    expect(informer.list()).toBe(all);
    await client.update(configMaps, painted("a", "blue"));
    expect(informer.list("kube-system")).toBe(others);
    expect(informer.list()).not.toBe(all);
    expect(informer.list("default")).not.toBe(own);
    expect(informer.get({ namespace: "default", name: "a" })?.data).toEqual({ colour: "blue" });
  });

  test("finds objects by what an index gives them now", async () => {
    await client.create(configMaps, painted("a", "red green"));
    await client.create(configMaps, painted("b", "red"));
    const red = informer.byIndex("colour", "red");
    expect(names(red)).toEqual(["a", "b"]);
    expect(informer.byIndex("colour", "red")).toBe(red);
    await client.update(configMaps, painted("a", "green"));
    expect(names(informer.byIndex("colour", "red"))).toEqual(["b"]);
    expect(names(informer.byIndex("colour", "green"))).toEqual(["a"]);
    await client.delete(configMaps, { namespace: "default", name: "b" });
    expect(informer.byIndex("colour", "red")).toEqual([]);
  });

  test("tells a follower of an index of its objects alone, and once more of those that leave", async () => {
    const told: string[] = [];
    await client.create(configMaps, painted("a", "red"));
    const stop = informer.onChangeOf("colour", "red", ({ type, object }) => {
      told.push(`${type} ${object.metadata.name} ${object.data?.["colour"]}`);
    });
    await client.create(configMaps, painted("b", "blue"));
    await client.update(configMaps, painted("b", "red"));
    await client.update(configMaps, painted("a", "blue"));
    await client.update(configMaps, painted("a", "green"));
    await client.delete(configMaps, { namespace: "default", name: "b" });
    stop();
    await client.create(configMaps, painted("c", "red"));
    expect(told).toEqual(["ADDED a red", "MODIFIED b red", "MODIFIED a blue", "DELETED b red"]);
  });
});
