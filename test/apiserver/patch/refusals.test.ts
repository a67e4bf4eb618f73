import { beforeEach, expect, test } from "vitest";

import { startTestApi, type TestApi } from "../test-api.ts";

const path = "/api/v1/namespaces/team/configmaps/one";
const merge = "application/merge-patch+json";
const strategic = "application/strategic-merge-patch+json";
const apply = "application/apply-patch+yaml";
let api: TestApi;

beforeEach(async () => {
  api = await startTestApi();
  await api.post("/api/v1/namespaces/team/configmaps", { metadata: { name: "one" } });
});

function patch(type: string, body: unknown, query = "fieldManager=me"): ReturnType<TestApi["patch"]> {
  return api.patch(`${path}?${query}`, body, { headers: { "content-type": type } });
}

test.each<[string, string, unknown, RegExp]>([
  [
    "of a wrong type",
    merge,
    { data: { a: 1 } },
    /^422:  "" is invalid: patch: Invalid value: "\{.*\}": json: cannot unmarshal number into Go struct field/u,
  ],
  [
    "of a wrong type, strategically",
    strategic,
    { data: "x", metadata: { labels: null } },
    /^422:  "" is invalid: patch: Invalid value: "map\[data:x metadata:map\[labels:<nil>\]\]": cannot restore map from string$/u,
  ],
  [
    "of a number for text, strategically",
    strategic,
    { data: { a: 1 } },
    /"map\[data:map\[a:1\]\]": cannot convert int64 to string$/u,
  ],
  [
    "of a boolean for text, strategically",
    strategic,
    { data: { a: true } },
    /"map\[data:map\[a:true\]\]": unrecognized type: string$/u,
  ],
  [
    "that renames",
    merge,
    { metadata: { name: "two" } },
    /^400: the name of the object \(two\) does not match the name on the URL \(one\)$/u,
  ],
  [
    "that moves",
    merge,
    { metadata: { namespace: "other" } },
    /^400: the namespace of the provided object does not match the namespace sent on the request$/u,
  ],
  [
    "of another version",
    apply,
    { apiVersion: "v2", kind: "ConfigMap", metadata: { name: "one" } },
    /^400: Incorrect version specified in apply patch\. Specified patch version: v2, expected: v1$/u,
  ],
  [
    "with a field that is not declared",
    apply,
    { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "one" }, date: {} },
    /^500: failed to create typed patch object \(\/one; \/v1, Kind=ConfigMap\): \.date: field not declared in schema$/u,
  ],
  [
    "that is no YAML",
    apply,
    "a: b: c",
    /^400: error decoding YAML: error converting YAML to JSON: yaml: mapping values are not allowed in this context$/u,
  ],
])("a patch %s is refused", async (_, type, body, message) => {
  const { status, body: answer } = await patch(type, body);
  expect(`${status}: ${answer.message}`).toMatch(message);
});

test("a key that is applied twice is refused where that is asked for", async () => {
  const twice = "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: one }\ndata:\n  a: x\n  a: z\n";
  const strict = await patch(apply, twice, "fieldManager=me&fieldValidation=Strict");
  expect(strict.body.message).toBe(
    'error strict decoding YAML: error converting YAML to JSON: yaml: unmarshal errors:\n  line 6: key "a" already set in map',
  );
  const warned = await patch(apply, twice);
  expect(warned).toMatchObject({ status: 200, headers: { warning: [expect.stringContaining("already set in map")] } });
});

test("a PUT names its object", async () => {
  const { status, body } = await api.put(path, { data: {} });
  expect(status).toBe(400);
  expect(body.message).toBe("the name of the object (one based on URL) was undeterminable: name must be provided");
});

const deployments = "/apis/apps/v1/namespaces/team/deployments";
const deployment = {
  metadata: { name: "web" },
  spec: {
    selector: { matchLabels: { a: "b" } },
    template: { metadata: { labels: { a: "b" } }, spec: { containers: [{ name: "main", image: "nginx" }] } },
  },
};
const twice = '{"spec":{"paused":true,"paused":false,"z":1,"b":2}}';
const operations =
  '[{"op":"add","path":"/spec/b","value":1,"foo":"bar"},{"op":"add","path":"/spec/y","path":"/spec/z","value":1}]';

test.each<[string, string, readonly string[]]>([
  [merge, twice, ['duplicate field "spec.paused"', 'unknown field "spec.b"', 'unknown field "spec.z"']],
  [strategic, twice, ['duplicate field "spec.paused"', 'unknown field "spec.b"', 'unknown field "spec.z"']],
  [
    "application/json-patch+json",
    operations,
    [
      'json patch unknown field "[0].foo"',
      'json patch duplicate field "[1].path"',
      'unknown field "spec.b"',
      'unknown field "spec.z"',
    ],
  ],
])("a strict %s is refused for what is wrong with itself and what it makes", async (type, body, complaints) => {
  await api.post(deployments, deployment);
  const ask = (fieldValidation: string): ReturnType<TestApi["patch"]> =>
    api.patch(`${deployments}/web?fieldValidation=${fieldValidation}`, body, { headers: { "content-type": type } });
  const refused = await ask("Strict");
  expect(refused.status).toBe(422);
  expect(refused.body.message).toContain(`strict decoding error: ${complaints.join(", ")}`);
  const warned = await ask("Warn");
  expect([warned.status, warned.headers["warning"]]).toEqual([
    200,
    complaints.map((complaint) => `299 - ${JSON.stringify(complaint)}`),
  ]);
});
