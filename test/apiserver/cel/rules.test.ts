import { describe, expect, test } from "vitest";

import { ruleCompiler } from "../../../src/apiserver/cel/rule-compiler.ts";
import { RuleError } from "../../../src/apiserver/custom-resources/rules.ts";
import type { StructuralSchema } from "../../../src/apiserver/custom-resources/structural-schema.ts";
import { startTestApi, type TestApi } from "../test-api.ts";

const compile = ruleCompiler();
const any: StructuralSchema = {};

describe("an expression", () => {
  test.each<[string, unknown]>([
    ["self.a <= self.b", { a: 1, b: 2 }],
    ["!has(self.x) || self.x > 1", {}],
    ["self.list.all(one, one.startsWith('a')) && self.list.exists_one(one, one == 'ab')", { list: ["ab", "ac"] }],
    ["self.isSorted() && self.sum() == 6 && self.max() == 3 && self.min() == 1 && self.indexOf(2) == 1", [1, 2, 3]],
    ["sets.contains(self, ['x']) && sets.equivalent(self, ['y', 'x']) && !sets.intersects(self, ['z'])", ["x", "y"]],
    ["quantity(self).isGreaterThan(quantity('100m')) && quantity('1') == quantity('1000m')", "1"],
    ["quantity('1').add(1).asInteger() == 2 && !isQuantity('x')", {}],
    ["url(self).getHost() == 'example.com:80' && url(self).getQuery()['a'][0] == 'b'", "http://example.com:80/x?a=b"],
    ["ip('::1').family() == 6 && isIP('1.2.3.4') && cidr('10.0.0.0/8').containsIP(self)", "10.1.1.1"],
    [
      "self.find('[0-9]+') == '12' && self.findAll('[0-9]+').size() == 2 && self.replace('a', 'b') == 'b12b34'",
      "a12a34",
    ],
    ["'%s is %d and %.2f'.format([self, 1, 2.5]) == 'a is 1 and 2.50'", "a"],
    ["self.all(key, self[key] > 0)", { a: 1 }],
    ["duration(self) > duration('1h')", "2h"],
    ["self.?a.orValue(5) == 5", {}],
  ])("%s", (expression, self) => {
    expect(compile(expression, any).evaluate({ self, schema: any })).toBe(true);
  });

  test.each([
    ["self.missing > 1", {}, "no such key: missing"],
    ["quantity(self).isInteger()", "x", "quantities must match the regular expression"],
    ["1 / self == 1", 0, "division by zero"],
  ])("%s fails by itself", (expression, self, why) => {
    const rule = compile(expression, any);
    expect(() => rule.evaluate({ self, schema: any })).toThrow(RuleError);
    expect(() => rule.evaluate({ self, schema: any })).toThrow(why);
  });

  test("reads numbers, times and names as the schema says", () => {
    const schema: StructuralSchema = {
      type: "object",
      properties: {
        "a-b": { type: "number" },
        at: { type: "string", format: "date-time" },
        in: { type: "integer" },
      },
    };
    const self = { "a-b": 1, at: "2021-01-01T00:00:00Z", in: 3 };
    const expression =
      "self.a__dash__b / 2.0 == 0.5 && self.at > timestamp('2020-01-01T00:00:00Z') && self.__in__ % 2 == 1";
    expect(compile(expression, schema).evaluate({ self, schema })).toBe(true);
  });

  test("knows whether it is about a change", () => {
    expect(compile("self.map(one, oldSelf)", any).usesOldSelf).toBe(true);
    expect(compile("self > 1", any).usesOldSelf).toBe(false);
  });
});

describe("the rules of a custom resource", () => {
  const things = "/apis/example.com/v1/things";
  const definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

  const definition = (rules: readonly object[], fieldRules: readonly object[] = []): object => ({
    metadata: { name: "things.example.com" },
    spec: {
      group: "example.com",
      scope: "Cluster",
      names: { plural: "things", kind: "Thing" },
      versions: [
        {
          name: "v1",
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: {
              type: "object",
              properties: {
                spec: {
                  type: "object",
                  properties: {
                    least: { type: "integer" },
                    most: { type: "integer", "x-kubernetes-validations": fieldRules },
                  },
                  "x-kubernetes-validations": rules,
                },
              },
            },
          },
        },
      ],
    },
  });

  async function apiWith(rules: readonly object[], fieldRules: readonly object[] = []): Promise<TestApi> {
    const api = await startTestApi();
    await api.post(definitions, definition(rules, fieldRules));
    await api.clock.settle();
    return api;
  }

  const thing = (spec: object): object => ({ kind: "Thing", metadata: { name: "one" }, spec });
  const inOrder = { rule: "self.least <= self.most" };

  test.each([
    [inOrder, "failed rule: self.least <= self.most", "FieldValueInvalid"],
    [{ ...inOrder, message: "least first" }, "least first", "FieldValueInvalid"],
    [{ ...inOrder, messageExpression: "'not ' + string(self.least)" }, "not 2", "FieldValueInvalid"],
    [{ ...inOrder, reason: "FieldValueForbidden", message: "no" }, "Forbidden: no", "FieldValueForbidden"],
  ])("%j refuses", async (rule, why, reason) => {
    const api = await apiWith([rule]);
    const { status, body } = await api.post(things, thing({ least: 2, most: 1 }));
    expect(status).toBe(422);
    const [cause] = body.details.causes;
    expect(cause).toMatchObject({ field: "spec", reason });
    expect(cause.message).toContain(why);
    expect((await api.post(things, thing({ least: 1, most: 2 }))).status).toBe(201);
  });

  test("show the type of what is wrong", async () => {
    const api = await apiWith([{ ...inOrder, message: "least first" }]);
    const { body } = await api.post(things, thing({ least: 2, most: 1 }));
    expect(body.message).toBe('Thing.example.com "one" is invalid: spec: Invalid value: "object": least first');
  });

  test("about a change look at changes only", async () => {
    const api = await apiWith([], [{ rule: "self >= oldSelf", message: "never less" }]);
    expect((await api.post(things, thing({ most: 5 }))).status).toBe(201);
    const less = await api.patch(`${things}/one`, { spec: { most: 4 } });
    expect(less.body.message).toContain('spec.most: Invalid value: "integer": never less');
    expect((await api.patch(`${things}/one`, { spec: { most: 6 } })).status).toBe(200);
  });

  test("wait until the object is of the right types", async () => {
    const api = await apiWith([inOrder]);
    const { body } = await api.post(things, thing({ least: "x", most: 1 }));
    expect(body.message).toContain("some validation rules were not checked because the object was invalid");
  });

  test("must be readable", async () => {
    const api = await startTestApi();
    const { status, body } = await api.post(definitions, definition([{ rule: "self.least <" }]));
    expect(status).toBe(422);
    expect(body.message).toContain(
      "spec.validation.openAPIV3Schema.properties[spec].x-kubernetes-validations[0].rule: Invalid value: \"self.least <\": compilation failed: ERROR: <input>:1:13: Syntax error: mismatched input '<EOF>' expecting {",
    );
  });
});
