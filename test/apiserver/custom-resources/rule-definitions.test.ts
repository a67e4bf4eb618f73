import { expect, test } from "vitest";

import { type Answer, startTestApi } from "../test-api.ts";

const things = "/apis/example.com/v1/things";
const definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

function withSchema(openAPIV3Schema: object): object {
  return {
    metadata: { name: "things.example.com" },
    spec: {
      group: "example.com",
      scope: "Cluster",
      names: { plural: "things", kind: "Thing" },
      versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema } }],
    },
  };
}

const text = { type: "string" };
const list = (items: object, rule?: string): object => ({
  type: "array",
  items,
  ...(rule === undefined ? {} : { "x-kubernetes-validations": [{ rule }] }),
});
test.each<[string, string, object, string]>([
  ["about fields that there are", "self.z == 100", { x: { type: "integer" } }, "<input>:1:5: undefined field 'z'"],
  [
    "about values of the same type",
    "self.x == 'a'",
    { x: { type: "integer" } },
    "found no matching overload for '_==_' applied to '(int, string)'",
  ],
  ["written in the language", "self = 42", { x: text }, "Syntax error: token recognition error at: '= '"],
  ["a yes or a no", "self.x + 'a'", { x: text }, "cel expression must evaluate to a bool"],
  [
    "cheap",
    "true",
    { x: list(list(text, "self.all(one, one == 'a')")) },
    "estimated rule cost exceeds budget by factor of more than 100x (try simplifying the rule, or adding maxItems",
  ],
  [
    "cheap together",
    "true",
    { x: list(list(text, "self.all(one, one == 'a')")) },
    "spec.validation.openAPIV3Schema: Forbidden: x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema exceeds budget",
  ],
  [
    "about changes only where old and new can be told apart",
    "true",
    { x: list({ ...text, "x-kubernetes-validations": [{ rule: "self == oldSelf" }] }) },
    "oldSelf cannot be used on the uncorrelatable portion of the schema within spec.validation.openAPIV3Schema.properties[spec].properties[x]",
  ],
])("a rule must be %s", async (_, rule, properties, why) => {
  const api = await startTestApi();
  const spec = { type: "object", properties, "x-kubernetes-validations": [{ rule }] };
  const { status, body } = await api.post(definitions, withSchema({ type: "object", properties: { spec } }));
  expect(status).toBe(422);
  expect(body.message).toContain(why);
});

test("rules are not worked out when they are too much work", async () => {
  const api = await startTestApi();
  const numbers = {
    type: "array",
    maxItems: 725,
    items: { type: "integer" },
    "x-kubernetes-validations": [{ rule: "self.all(x, self.all(y, x == y))" }],
  };
  const properties = { spec: { type: "object", properties: { numbers } } };
  await api.post(definitions, withSchema({ type: "object", properties }));
  await api.clock.settle();
  const { body } = await api.post(things, {
    kind: "Thing",
    metadata: { name: "one" },
    spec: { numbers: Array.from({ length: 725 }, () => 20) },
  });
  expect(body.message).toContain(
    "spec.numbers: Invalid value: \"array\": 'operation cancelled: actual cost limit exceeded': no further validation rules will be run due to call cost exceeds limit for rule: self.all",
  );
  const few = await api.post(things, { kind: "Thing", metadata: { name: "one" }, spec: { numbers: [20, 20] } });
  expect(few.status).toBe(201);
});

test("what is applied has only declared fields, and finalizers by any name", async () => {
  const api = await startTestApi();
  const inner = { type: "object", "x-kubernetes-embedded-resource": true, properties: { spec: { type: "object" } } };
  await api.post(definitions, withSchema({ type: "object", properties: { inner } }));
  await api.clock.settle();
  const applied = (more: object): Promise<Answer> =>
    api.patch(
      `${things}/one?fieldManager=me`,
      { apiVersion: "example.com/v1", kind: "Thing", metadata: { name: "one", finalizers: ["mine"] }, ...more },
      { headers: { "content-type": "application/apply-patch+yaml" } },
    );
  const object = { apiVersion: "v1", kind: "Any", metadata: { name: "x" } };
  const refused = await applied({ other: 1, inner: { ...object, metadata: { name: "x", odd: 1 } } });
  expect(refused.body.message).toBe(
    "failed to create typed patch object (/one; example.com/v1, Kind=Thing): errors:\n  .other: field not declared in schema\n  .inner.metadata.odd: field not declared in schema",
  );
  const { status, headers } = await applied({ inner: object });
  expect(status).toBe(201);
  expect(headers["warning"]).toEqual([expect.stringContaining("prefer a domain-qualified finalizer name")]);
});

test("an update may leave alone what is wrong already, where it can be told to be the same", async () => {
  const api = await startTestApi();
  const schema = (limits: object): object => {
    const item = {
      type: "object",
      required: ["name"],
      properties: { name: text, size: { type: "integer", ...limits } },
    };
    const named = { ...list(item), "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"] };
    const properties = { one: { type: "integer", ...limits }, named, plain: list(item), other: text };
    return { type: "object", properties: { spec: { type: "object", properties } } };
  };
  await api.post(definitions, withSchema(schema({})));
  await api.clock.settle();
  const items = [
    { name: "a", size: 9 },
    { name: "b", size: 1 },
  ];
  await api.post(things, { kind: "Thing", metadata: { name: "one" }, spec: { one: 9, named: items, plain: items } });
  const { spec } = withSchema(schema({ maximum: 5 })) as { spec: object };
  expect((await api.patch(`${definitions}/things.example.com`, { spec })).status).toBe(200);
  await api.clock.settle();
  expect((await api.patch(`${things}/one`, { spec: { other: "x" } })).status).toBe(200);
  expect((await api.patch(`${things}/one`, { spec: { named: items.toReversed() } })).status).toBe(200);
  const moved = await api.patch(`${things}/one`, { spec: { plain: [...items, { name: "c" }] } });
  expect(moved.body.message).toContain("spec.plain[0].size in body should be less than or equal to 5");
  expect((await api.patch(`${things}/one`, { spec: { one: 8 } })).status).toBe(422);
});

test.each([
  ["int32", "integer", 2 ** 31, 2 ** 31 - 1],
  ["float", "number", 1e39, 1.5],
  ["isbn", "string", "0306406153", "0-306-40615-2"],
  ["creditcard", "string", "4111111111111112", "4111 1111 1111 1111"],
  ["ssn", "string", "12-34-5678", "123-45-6789"],
])("format %s of a %s refuses %s and takes %s", async (format, type, wrong, right) => {
  const api = await startTestApi();
  await api.post(definitions, withSchema({ type: "object", properties: { spec: { type, format } } }));
  await api.clock.settle();
  const { body } = await api.post(things, { kind: "Thing", metadata: { name: "one" }, spec: wrong });
  expect(body.message).toContain(
    type === "string"
      ? `spec in body must be of type ${format}`
      : `<nil>: Invalid value: "": Checked value must be of type ${type} with format ${format} in spec`,
  );
  expect((await api.post(things, { kind: "Thing", metadata: { name: "one" }, spec: right })).status).toBe(201);
});
