import { beforeEach, describe, expect, test } from "vitest";

import { startTestApi, type TestApi } from "../test-api.ts";

const group = "/apis/admissionregistration.k8s.io/v1";
const configMaps = "/api/v1/namespaces/team/configmaps";

let api: TestApi;

beforeEach(async () => {
  api = await startTestApi();
});

const rule = { apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE", "UPDATE"], resources: ["configmaps"] };

interface PolicySpec {
  readonly validations?: readonly object[];
  readonly matchConstraints?: object;
  readonly [field: string]: unknown;
}

async function enforce(spec: PolicySpec, binding: object = {}): Promise<void> {
  const policy = { metadata: { name: "p" }, spec: { matchConstraints: { resourceRules: [rule] }, ...spec } };
  const made = await api.post(`${group}/validatingadmissionpolicies`, policy);
  expect(made.body.message).toBe(undefined);
  const bound = { metadata: { name: "b" }, spec: { policyName: "p", validationActions: ["Deny"], ...binding } };
  expect((await api.post(`${group}/validatingadmissionpolicybindings`, bound)).status).toBe(201);
}

const denied = (message: string, name = "one"): string =>
  `configmaps "${name}" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: ${message}`;

function configMap(data: Record<string, string> = {}, metadata: object = {}): object {
  return { metadata: { name: "one", ...metadata }, data };
}

describe("a validating admission policy", () => {
  test.each([
    [{ expression: "object.data.size == 'small'" }, "failed expression: object.data.size == 'small'"],
    [{ expression: "object.data.size == 'small'", message: "keep it small" }, "keep it small"],
    [{ expression: "false", messageExpression: "'not ' + object.data.size" }, "not big"],
    [{ expression: "false", message: "plain", messageExpression: "object.data.none" }, "plain"],
    [
      { expression: "object.data.none == 'x'" },
      "expression 'object.data.none == 'x'' resulted in error: no such key: none",
    ],
    [{ expression: "request.userInfo.username != 'admin'", message: "not you" }, "not you"],
    [{ expression: "request.operation == 'UPDATE' || oldObject != null", message: "old" }, "old"],
    [{ expression: "namespaceObject.metadata.name != 'team'", message: "no team" }, "no team"],
    [
      { expression: "authorizer.group('').resource('pods').namespace('team').check('get').allowed()", message: "may" },
      undefined,
    ],
    [{ expression: "!authorizer.requestResource.check('create').allowed()", message: "may" }, "may"],
    [{ expression: "has(object.data.size) && object.metadata.namespace == 'team'" }, undefined],
  ])("answers %o", async (validation, message) => {
    await enforce({ validations: [validation] });
    const answer = await api.post(configMaps, configMap({ size: "big" }));
    expect(answer.body.message).toBe(message && denied(message));
    expect(answer.status).toBe(message ? 422 : 201);
  });

  test("gives its own reason", async () => {
    await enforce({ validations: [{ expression: "false", reason: "Forbidden" }] });
    expect((await api.post(configMaps, configMap())).body).toMatchObject({
      code: 403,
      reason: "Forbidden",
      details: { name: "one", kind: "configmaps" },
    });
  });

  test("composes variables, each worked out when it is used", async () => {
    await enforce({
      variables: [
        { name: "size", expression: "object.data.size" },
        { name: "isBig", expression: "variables.size == 'big'" },
        { name: "never", expression: "object.data.none" },
      ],
      validations: [{ expression: "!variables.isBig", messageExpression: "variables.size + ' is too big'" }],
    });
    expect((await api.post(configMaps, configMap({ size: "big" }))).body.message).toBe(denied("big is too big"));
    expect((await api.post(configMaps, configMap({ size: "small" }))).status).toBe(201);
  });

  test("takes no expression that makes no sense", async () => {
    const spec = { matchConstraints: { resourceRules: [rule] }, validations: [{ expression: "object.x ==" }] };
    const { body } = await api.post(`${group}/validatingadmissionpolicies`, { metadata: { name: "p" }, spec });
    expect(body.message).toMatch(
      /spec\.validations\[0\]\.expression: Invalid value: "object\.x ==": compilation failed/u,
    );
  });

  test("ignores what it cannot work out, if told to", async () => {
    await enforce({ failurePolicy: "Ignore", validations: [{ expression: "object.data.none == 'x'" }] });
    expect((await api.post(configMaps, configMap())).status).toBe(201);
  });

  test("judges deletions and changes of a status", async () => {
    const resourceRules = [
      { ...rule, operations: ["DELETE"] },
      { apiGroups: ["apps"], apiVersions: ["v1"], operations: ["UPDATE"], resources: ["deployments/status"] },
    ];
    const expression = "request.operation == 'DELETE' ? object != null : object.status.replicas < 5";
    await enforce({ matchConstraints: { resourceRules }, validations: [{ expression, message: "no" }] });
    await api.post(configMaps, configMap());
    expect((await api.delete(`${configMaps}/one`)).body.message).toBe(denied("no"));
    const template = { metadata: { labels: { a: "b" } }, spec: { containers: [{ name: "c", image: "nginx" }] } };
    const spec = { selector: { matchLabels: { a: "b" } }, template };
    const deployments = "/apis/apps/v1/namespaces/team/deployments";
    expect((await api.post(deployments, { metadata: { name: "d" }, spec })).status).toBe(201);
    expect((await api.patch(`${deployments}/d/status`, { status: { replicas: 9 } })).status).toBe(422);
    expect((await api.patch(`${deployments}/d/status`, { status: { replicas: 3 } })).status).toBe(200);
  });

  test("tells that it is at work", async () => {
    await enforce({ validations: [{ expression: "true" }] });
    const path = `${group}/validatingadmissionpolicies/p`;
    expect((await api.get(path)).body.status).toEqual({ observedGeneration: 1, typeChecking: {} });
    const { body } = await api.patch(path, { spec: { failurePolicy: "Ignore" } });
    expect(body).toMatchObject({ metadata: { generation: 2 }, status: { observedGeneration: 2 } });
  });
});

describe("what a policy is for", () => {
  const never = [{ expression: "false", message: "no" }];

  test.each([
    ["other resources", { resourceRules: [{ ...rule, resources: ["pods"] }] }, {}, false],
    ["other operations", { resourceRules: [{ ...rule, operations: ["UPDATE"] }] }, {}, false],
    ["other names", { resourceRules: [{ ...rule, resourceNames: ["two"] }] }, {}, false],
    ["the whole cluster", { resourceRules: [{ ...rule, scope: "Cluster" }] }, {}, false],
    ["everything", { resourceRules: [{ ...rule, apiGroups: ["*"], resources: ["*"] }] }, {}, true],
    ["what is excluded", { resourceRules: [rule], excludeResourceRules: [rule] }, {}, false],
    ["labelled objects", { resourceRules: [rule], objectSelector: { matchLabels: { a: "b" } } }, {}, false],
    ["labelled objects", { resourceRules: [rule], objectSelector: { matchLabels: { a: "b" } } }, { a: "b" }, true],
    [
      "namespaces",
      { resourceRules: [rule], namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "default" } } },
      {},
      false,
    ],
  ])("is %s", async (_, matchConstraints, labels, isDenied) => {
    await enforce({ matchConstraints, validations: never });
    expect((await api.post(configMaps, configMap({}, { labels }))).status).toBe(isDenied ? 422 : 201);
  });

  test.each([
    ["Equivalent", 422],
    ["Exact", 201],
  ])("is other versions of the same thing: %s", async (matchPolicy, status) => {
    const rules = { apiGroups: ["autoscaling"], apiVersions: ["v1"], operations: ["CREATE"] };
    const resourceRules = [{ ...rules, resources: ["horizontalpodautoscalers"] }];
    const expression = "request.requestKind.version == 'v2' && object.spec.targetCPUUtilizationPercentage > 50";
    await enforce({ matchConstraints: { matchPolicy, resourceRules }, validations: [{ expression }] });
    const target = { type: "Utilization", averageUtilization: 40 };
    const metrics = [{ type: "Resource", resource: { name: "cpu", target } }];
    const scaleTargetRef = { apiVersion: "apps/v1", kind: "Deployment", name: "d" };
    const answer = await api.post("/apis/autoscaling/v2/namespaces/team/horizontalpodautoscalers", {
      metadata: { name: "one" },
      spec: { maxReplicas: 3, scaleTargetRef, metrics },
    });
    expect(answer.status).toBe(status);
    const failed = `failed expression: ${expression}`;
    expect(answer.body.message?.endsWith(failed) ?? false).toBe(status === 422);
  });

  test("is narrowed by conditions and bindings", async () => {
    const matchConditions = [{ name: "big", expression: "object.?data.?size.orValue('') == 'big'" }];
    const matchResources = { objectSelector: { matchLabels: { a: "b" } } };
    await enforce({ matchConditions, validations: never }, { matchResources });
    const labels = { a: "b" };
    expect((await api.post(configMaps, configMap({ size: "big" }))).status).toBe(201);
    expect((await api.post(configMaps, configMap({}, { name: "two", labels }))).status).toBe(201);
    const both = configMap({ size: "big" }, { name: "three", labels });
    expect((await api.post(configMaps, both)).body.message).toBe(denied("no", "three"));
  });
});

describe("what a binding does", () => {
  test("may be a warning", async () => {
    await enforce({ validations: [{ expression: "false", message: "no" }] }, { validationActions: ["Warn", "Audit"] });
    const { status, headers } = await api.post(configMaps, configMap());
    expect(status).toBe(201);
    const text = "Validation failed for ValidatingAdmissionPolicy 'p' with binding 'b': no";
    expect(headers["warning"]).toEqual([`299 - "${text}"`]);
  });

  const paramKind = { apiVersion: "v1", kind: "ConfigMap" };
  const validations = [{ expression: "int(object.data.size) <= int(params.data.most)", message: "too big" }];
  const match = { resourceRules: [rule], objectSelector: { matchLabels: { judged: "yes" } } };
  const judged = configMap({ size: "5" }, { labels: { judged: "yes" } });

  test.each([
    ["by name", { name: "limits", namespace: "default", parameterNotFoundAction: "Deny" }, "too big"],
    ["by labels", { selector: { matchLabels: { limits: "yes" } }, parameterNotFoundAction: "Deny" }, undefined],
    [
      "that are not there",
      { name: "none", parameterNotFoundAction: "Deny" },
      "failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction",
    ],
    ["that need not be there", { name: "none", parameterNotFoundAction: "Allow" }, undefined],
  ])("takes parameters %s", async (_, paramRef, message) => {
    await enforce({ paramKind, matchConstraints: match, validations }, { paramRef });
    await api.post("/api/v1/namespaces/default/configmaps", { metadata: { name: "limits" }, data: { most: "3" } });
    await api.post(configMaps, { metadata: { name: "more", labels: { limits: "yes" } }, data: { most: "7" } });
    expect((await api.post(configMaps, judged)).body.message).toBe(message && denied(message));
  });

  test("fails with a kind of parameters that nobody knows", async () => {
    const unknown = { apiVersion: "example.com/v1", kind: "Limit" };
    const paramRef = { name: "none", parameterNotFoundAction: "Allow" };
    await enforce({ paramKind: unknown, matchConstraints: match, validations }, { paramRef });
    const why = "failed to find resource referenced by paramKind: 'example.com/v1, Kind=Limit'";
    expect((await api.post(configMaps, judged)).body.message).toBe(denied(`failed to configure policy: ${why}`));
  });
});

test("a policy tells in its status where types do not fit", async () => {
  const deployments = { ...rule, apiGroups: ["apps"], resources: ["deployments"] };
  const policy = await api.post(`${group}/validatingadmissionpolicies`, {
    metadata: { name: "p" },
    spec: {
      matchConstraints: { resourceRules: [deployments] },
      validations: [
        { expression: "object.spec.replicas > 1 && object.metadata.name != ''" },
        { expression: "object.spec.replicas > '1'", messageExpression: "'got ' + object.spec.replicas" },
        { expression: "object.spec.replica > 1" },
      ],
    },
  });
  expect(policy.body.status.typeChecking.expressionWarnings).toEqual([
    {
      fieldRef: "spec.validations[1].expression",
      warning:
        "apps/v1, Kind=Deployment: ERROR: <input>:1:22: found no matching overload for '_>_' applied to '(int, string)'\n" +
        " | object.spec.replicas > '1'\n | .....................^\n",
    },
    {
      fieldRef: "spec.validations[1].messageExpression",
      warning: expect.stringContaining("found no matching overload for '_+_' applied to '(string, int)'"),
    },
    { fieldRef: "spec.validations[2].expression", warning: expect.stringContaining("undefined field 'replica'") },
  ]);
});
