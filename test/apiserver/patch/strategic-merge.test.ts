import { expect, test } from "vitest";

import type { JsonMap } from "../../../src/apiserver/patch/json.ts";
import { strategicMerge } from "../../../src/apiserver/patch/strategic-merge.ts";

const podType = "io.k8s.api.core.v1.Pod";
const deploymentType = "io.k8s.api.apps.v1.Deployment";

const pod = (spec: JsonMap): JsonMap => ({ spec });
const names = (...all: string[]): JsonMap[] => all.map((name) => ({ name }));

test.each<[string, JsonMap, JsonMap, JsonMap]>([
  [
    "merges list items by their merge key",
    pod({ containers: [{ name: "a", image: "x" }, { name: "b" }] }),
    pod({ containers: [{ name: "a", image: "y" }] }),
    pod({ containers: [{ name: "a", image: "y" }, { name: "b" }] }),
  ],
  [
    "puts new items before those that the patch does not name",
    pod({ containers: names("a") }),
    pod({ containers: names("b") }),
    pod({ containers: names("b", "a") }),
  ],
  [
    "replaces a list that has no merge key",
    pod({ containers: [{ name: "a", args: ["x", "y"] }] }),
    pod({ containers: [{ name: "a", args: ["z"] }] }),
    pod({ containers: [{ name: "a", args: ["z"] }] }),
  ],
  [
    "replaces an atomic list of maps",
    pod({ tolerations: [{ key: "a" }] }),
    pod({ tolerations: [{ key: "b" }] }),
    pod({ tolerations: [{ key: "b" }] }),
  ],
  [
    "merges a list of scalars as a set",
    { metadata: { finalizers: ["a", "b"] } },
    { metadata: { finalizers: ["c", "a"] } },
    { metadata: { finalizers: ["c", "a", "b"] } },
  ],
  [
    "takes scalars out of a list",
    { metadata: { finalizers: ["a", "b"] } },
    { metadata: { "$deleteFromPrimitiveList/finalizers": ["a"] } },
    { metadata: { finalizers: ["b"] } },
  ],
  [
    "deletes an item by directive",
    pod({ containers: names("a", "b") }),
    pod({ containers: [{ name: "a", $patch: "delete" }] }),
    pod({ containers: names("b") }),
  ],
  [
    "deletes nothing where there is no list",
    pod({}),
    pod({ volumes: [{ name: "a", $patch: "delete" }] }),
    pod({ volumes: [] }),
  ],
  [
    "replaces a list by directive",
    pod({ containers: names("a", "b") }),
    pod({ containers: [{ $patch: "replace" }, { name: "c" }] }),
    pod({ containers: names("c") }),
  ],
  [
    "replaces a map by directive",
    { metadata: { labels: { a: "1", b: "2" } } },
    { metadata: { labels: { $patch: "replace", c: "3" } } },
    { metadata: { labels: { c: "3" } } },
  ],
  [
    "deletes a map's content by directive",
    { metadata: { labels: { a: "1" } } },
    { metadata: { labels: { $patch: "delete" } } },
    { metadata: { labels: {} } },
  ],
  [
    "removes by null, in maps of free keys too",
    { metadata: { labels: { a: "1", b: "2" }, annotations: { x: "y" } } },
    { metadata: { labels: { a: null }, annotations: null } },
    { metadata: { labels: { b: "2" } } },
  ],
  [
    "keeps only the retained keys",
    { spec: { strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1 } } } },
    { spec: { strategy: { $retainKeys: ["type"], type: "Recreate" } } },
    { spec: { strategy: { type: "Recreate" } } },
  ],
  [
    "keeps only the retained keys of a volume",
    pod({ volumes: [{ name: "v", emptyDir: {} }] }),
    pod({ volumes: [{ name: "v", $retainKeys: ["name", "configMap"], configMap: { name: "c" } }] }),
    pod({ volumes: [{ name: "v", configMap: { name: "c" } }] }),
  ],
  [
    "orders items as told, where no item changes",
    pod({ containers: names("a", "b", "c") }),
    pod({ "$setElementOrder/containers": names("c", "b", "a") }),
    pod({ containers: names("c", "b", "a") }),
  ],
  [
    "leaves items that the order does not name where they stood",
    pod({ containers: names("x", "a", "b", "y") }),
    pod({ "$setElementOrder/containers": names("b", "a") }),
    pod({ containers: names("x", "b", "a", "y") }),
  ],
  [
    "puts a new item where the order has it",
    pod({ containers: names("a", "b") }),
    pod({ "$setElementOrder/containers": names("a", "n", "b"), containers: names("n") }),
    pod({ containers: names("a", "n", "b") }),
  ],
  [
    "orders scalars",
    { metadata: { finalizers: ["a", "b"] } },
    { metadata: { "$setElementOrder/finalizers": ["b", "c", "a"], finalizers: ["c"] } },
    { metadata: { finalizers: ["b", "c", "a"] } },
  ],
  [
    "adds a list that comes with its order",
    pod({}),
    pod({ "$setElementOrder/containers": names("b", "a"), containers: names("b", "a") }),
    pod({ containers: names("b", "a") }),
  ],
  [
    "drops directives and nulls in what is new",
    {},
    { metadata: { labels: { a: null, b: "1" }, "$setElementOrder/finalizers": ["x"] } },
    { metadata: { labels: { b: "1" } } },
  ],
  ["sets a scalar", { spec: { nodeName: "a" } }, { spec: { nodeName: "b" } }, { spec: { nodeName: "b" } }],
])("strategic merge %s", (title, current, patch, expected) => {
  const typeName = title.includes("retained keys") && !title.includes("volume") ? deploymentType : podType;
  expect(strategicMerge(current, patch, typeName)).toEqual(expected);
});

test("strategic merge replaces a field whose strategy is to replace", () => {
  const budget = "io.k8s.api.policy.v1.PodDisruptionBudget";
  const current = { spec: { selector: { matchLabels: { a: "1" } } } };
  const patch = { spec: { selector: { matchLabels: { b: "2" } } } };
  expect(strategicMerge(current, patch, budget)).toEqual(patch);
});

test("strategic merge merges ports by their number", () => {
  const service = "io.k8s.api.core.v1.Service";
  const current = { spec: { ports: [{ port: 80, protocol: "TCP" }] } };
  const patch = { spec: { ports: [{ port: 80, nodePort: 30_000 }, { port: 443 }] } };
  expect(strategicMerge(current, patch, service)).toEqual({
    spec: { ports: [{ port: 80, protocol: "TCP", nodePort: 30_000 }, { port: 443 }] },
  });
});

test.each<[string, JsonMap, JsonMap, [number, string]]>([
  [
    "an item without merge key",
    pod({ containers: names("a") }),
    pod({ containers: [{ image: "nginx", ports: [{ containerPort: 80 }] }] }),
    [500, "map: map[image:nginx ports:[map[containerPort:80]]] does not contain declared merge key: name"],
  ],
  [
    "an unknown directive",
    { metadata: { labels: { a: "1" } } },
    { metadata: { labels: { $patch: "merge" } } },
    [500, "unknown patch type: merge in map: map[$patch:merge]"],
  ],
  [
    "a list to be merged by directive",
    pod({ containers: names("a") }),
    pod({ containers: [{ $patch: "merge", name: "a" }] }),
    [500, "merging lists cannot yet be specified in the patch"],
  ],
  [
    "a field that is not retained",
    { metadata: {} },
    { metadata: { $retainKeys: ["labels"], annotations: { a: "b" } } },
    [400, "invalid patch format of retainKeys"],
  ],
  [
    "a list in another order than its order",
    pod({ containers: names("a", "b") }),
    pod({ "$setElementOrder/containers": names("a", "b"), containers: names("b", "a") }),
    [
      500,
      "The order in patch list:\n[map[name:b] map[name:a]]\n doesn't match $setElementOrder list:\n[map[name:a] map[name:b]]\n",
    ],
  ],
  [
    "items of two types",
    { metadata: { finalizers: ["a"] } },
    { metadata: { finalizers: [1] } },
    [500, "list element types are not identical: [a 1]"],
  ],
])("strategic merge refuses %s", (_, current, patch, [code, message]) => {
  const refused = (): unknown => strategicMerge(current, patch, podType);
  expect(refused).toThrow(expect.objectContaining({ status: expect.objectContaining({ code, message }) as unknown }));
});

test("strategic merge shares what the patch does not touch", () => {
  const current = { metadata: { name: "a" }, spec: { containers: names("a") } };
  const result = strategicMerge(current, { metadata: { name: "b" } }, podType);
  expect(result["spec"]).toBe(current.spec);
});
