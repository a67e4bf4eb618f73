import { afterAll, beforeAll, expect, test } from "vitest";

import { type Cluster, createCluster } from "../../src/index.ts";

let cluster: Cluster;
beforeAll(async () => (cluster = await createCluster({ clock: "virtual" })));
afterAll(() => cluster.close());

const a = '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"}}';
const b = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: b\n";

test.each([
  ["YAML and JSON", `${b}---\n${a}`, "configmap/b\nconfigmap/a\n"],
  ["JSON and YAML", `${a}\n---\n${b}`, "configmap/a\nconfigmap/b\n"],
  ["JSON behind JSON", `${a}${a}`, "configmap/a\nconfigmap/a\n"],
  ["YAML's own braces", "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}", "configmap/a\n"],
  [
    "bad JSON",
    '{"kind": ]',
    "error: error parsing STDIN: json: offset 10: invalid character ']' looking for beginning of value\n",
  ],
  [
    "neither",
    `${a}\n---\n{"kind": ]`,
    "configmap/a\nerror: error parsing STDIN: json: offset 65: invalid character '-' in numeric literal\n",
  ],
  ["half of JSON", a.slice(0, -1), "error: error parsing STDIN: unexpected EOF\n"],
])("manifests are read as kubectl reads them: %s", async (_what, stdin, said) => {
  const { stdout, stderr } = await cluster.kubectl(["create", "--dry-run=client", "-o", "name", "-f", "-"], { stdin });
  expect(stdout + stderr).toBe(said);
});
