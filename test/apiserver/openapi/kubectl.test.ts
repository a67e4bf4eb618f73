import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { decodeText } from "../../../src/api/bytes.ts";
import { notFound } from "../../../src/api/status.ts";
import { Catalogue } from "../../../src/apiserver/catalogue.ts";
import { Discovery } from "../../../src/apiserver/discovery.ts";
import { OpenApi } from "../../../src/apiserver/openapi/openapi.ts";
import type { ApiRequest, ApiResponse } from "../../../src/apiserver/request.ts";
import { errorResponse, textResponse } from "../../../src/apiserver/response.ts";
import { createKubectl, type Kubectl, kubectlMissing } from "../../support/kubectl.ts";
import { startTestServer, type TestServer } from "../../support/test-server.ts";
import { cactus, resources } from "./resources.ts";

if (kubectlMissing) process.stderr.write(`not tested with kubectl: ${kubectlMissing}\n`);

const catalogue = new Catalogue([...resources, cactus]);
const openApi = new OpenApi(catalogue);
const discovery = new Discovery(catalogue);
const requests: string[] = [];
const bodies = new Map<string, string>();
let stored: string | undefined;
let server: TestServer;
let kubectl: Kubectl;

/** Discovery, OpenAPI and one ConfigMap. */
function handle(request: ApiRequest): ApiResponse {
  const { method, path, headers, body } = request;
  requests.push(`${method} ${path}`);
  bodies.set(method, decodeText(body));
  if (path.includes("/configmaps")) {
    if (method === "POST") stored = decodeText(body);
    return stored === undefined ? missing() : textResponse(stored, method === "POST" ? 201 : 200);
  }
  return openApi.answer(request) ?? discovery.answer(path, headers) ?? missing();
}

function missing(): ApiResponse {
  return errorResponse(notFound({ group: "", plural: "configmaps" }, "x"));
}

beforeAll(async () => {
  server = await startTestServer({ handle });
  kubectl = createKubectl(server.kubeconfig);
});
afterAll(async () => {
  kubectl.close();
  await server.close();
});

describe.skipIf(kubectlMissing)("kubectl", () => {
  test.each([
    [
      "pod.spec",
      ["KIND:       Pod", "VERSION:    v1", "FIELD: spec <PodSpec>", "containers\t<[]Container> -required-"],
    ],
    [
      "pod.spec.containers.ports",
      ["FIELD: ports <[]ContainerPort>", "containerPort\t<integer> -required-", "hostIP\t<string>"],
    ],
    ["pod.spec.containers.resources", ["limits\t<map[string]Quantity>", "claims\t<[]ResourceClaim>"]],
    [
      "pod.spec.containers.imagePullPolicy",
      ["FIELD: imagePullPolicy <string>", "ENUM:\n    Always\n    IfNotPresent\n    Never"],
    ],
    ["pod.metadata", ["creationTimestamp\t<string>", "managedFields\t<[]ManagedFieldsEntry>"]],
    ["deployment.spec.strategy.rollingUpdate", ["GROUP:      apps", "maxSurge\t<IntOrString>"]],
    [
      "cacti.spec",
      ["GROUP:      example.com", "KIND:       Cactus", "FIELD: spec <Object>", "arms\t<integer>", "How many arms."],
    ],
  ])("explain %s tells the type and its fields", async (field, lines) => {
    const { code, stdout, stderr } = await kubectl.run(["explain", field]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    for (const line of lines) expect(stdout).toContain(line);
  });

  test("explain reads the v2 document as protobuf", async () => {
    const { code, stdout } = await kubectl.run([
      "explain",
      "pod.spec.containers.ports",
      "--output",
      "plaintext-openapiv2",
    ]);
    expect(code).toBe(0);
    expect(stdout).toContain("RESOURCE: ports <[]Object>");
    expect(stdout).toContain("containerPort\t<integer> -required-");
    expect(requests).toContain("GET /openapi/v2");
  });

  test("apply creates and patches without the v2 document, and reads the v3 document once", async () => {
    requests.length = 0;
    const manifest = (value: string): string =>
      JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "x" }, data: { a: value } });
    expect(await kubectl.run(["apply", "-f", "-"], { stdin: manifest("1") })).toMatchObject({
      code: 0,
      stdout: "configmap/x created\n",
    });
    expect(await kubectl.run(["apply", "-f", "-"], { stdin: manifest("2") })).toMatchObject({
      code: 0,
      stdout: "configmap/x configured\n",
    });
    expect(JSON.parse(bodies.get("PATCH") ?? "{}")).toMatchObject({ data: { a: "2" } });
    expect(requests).not.toContain("GET /openapi/v2");
    expect(requests.filter((one) => one === "GET /openapi/v3/api/v1").length).toBeLessThanOrEqual(1);
    expect(server.errors()).toEqual([]);
  });
});
