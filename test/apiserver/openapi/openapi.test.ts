import { expect, test } from "vitest";

import { Catalogue } from "../../../src/apiserver/catalogue.ts";
import { OpenApi } from "../../../src/apiserver/openapi/openapi.ts";
import type { ApiResponse } from "../../../src/apiserver/request.ts";
import { cactus, resources } from "./resources.ts";

const gnostic = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";

type Json = { readonly [key: string]: Json } & string;

function answer(openApi: OpenApi, target: string, headers: Record<string, string> = {}): ApiResponse | undefined {
  const { pathname, searchParams } = new URL(target, "http://x");
  const signal = new AbortController().signal;
  return openApi.answer({
    method: "GET",
    path: pathname,
    query: searchParams,
    headers,
    body: new Uint8Array(),
    signal,
  });
}

function read(openApi: OpenApi, target: string): Json {
  return JSON.parse(answer(openApi, target)?.body as string) as Json;
}

const openApi = new OpenApi(new Catalogue([...resources, cactus]));
const core = read(openApi, "/openapi/v3/api/v1");
const schemas = core["components"]?.["schemas"];

test("the index leads to a document for each group version, for ever", () => {
  const index = read(openApi, "/openapi/v3");
  expect(Object.keys(index["paths"] ?? {})).toEqual([
    "api/v1",
    "apis/apps/v1",
    "apis/authorization.k8s.io/v1",
    "apis/example.com/v1",
  ]);
  const url = index["paths"]?.["apis/apps/v1"]?.["serverRelativeURL"] ?? "";
  expect(url).toMatch(/^\/openapi\/v3\/apis\/apps\/v1\?hash=[0-9A-F]{32}$/u);
  expect(answer(openApi, url)).toMatchObject({
    status: 200,
    headers: { "content-type": "application/json", "cache-control": "public, immutable, max-age=31536000" },
  });
  expect(answer(openApi, "/openapi/v3/apis/apps/v1?hash=old")).toMatchObject({
    status: 301,
    headers: { location: url },
  });
  expect(answer(openApi, "/openapi/v3/apis/apps/v1")?.headers).not.toHaveProperty("cache-control");
  expect(() => answer(openApi, "/openapi/v3/apis/apps/v9")).toThrow("could not find the requested resource");
  expect(answer(openApi, "/openapi")).toBeUndefined();
});

test.each(["/openapi/v2", "/openapi/v3", "/openapi/v3/api/v1"])("%s is not sent again to who has it", (path) => {
  const etag = String(answer(openApi, path)?.headers["etag"]);
  expect(answer(openApi, path, { "if-none-match": etag })).toMatchObject({ status: 304, headers: { etag }, body: "" });
  expect(answer(openApi, path, { "if-none-match": '"other"' })?.status).toBe(200);
});

test("a schema tells types, requirements, defaults, enums and how lists are merged", () => {
  const port = schemas?.["io.k8s.api.core.v1.ContainerPort"];
  expect(port).toMatchObject({
    type: "object",
    required: ["containerPort"],
    properties: {
      containerPort: { type: "integer", format: "int32", default: 0 },
      protocol: { type: "string", default: "TCP", enum: ["SCTP", "TCP", "UDP"] },
      hostIP: { type: "string" },
    },
  });
  expect(schemas?.["io.k8s.api.core.v1.Container"]?.["properties"]).toMatchObject({
    ports: {
      type: "array",
      items: {
        allOf: [{ $ref: "#/components/schemas/io.k8s.api.core.v1.ContainerPort" }],
        default: {},
      },
      "x-kubernetes-list-type": "map",
      "x-kubernetes-list-map-keys": ["containerPort", "protocol"],
      "x-kubernetes-patch-strategy": "merge",
      "x-kubernetes-patch-merge-key": "containerPort",
    },
    resources: { allOf: [{ $ref: "#/components/schemas/io.k8s.api.core.v1.ResourceRequirements" }], default: {} },
  });
  expect(schemas?.["io.k8s.api.core.v1.Probe"]?.["properties"]).toHaveProperty("httpGet");
  expect(schemas?.["io.k8s.api.core.v1.NodeSelector"]).toMatchObject({ "x-kubernetes-map-type": "atomic" });
  expect(schemas?.["io.k8s.api.core.v1.Pod"]).toMatchObject({
    properties: { apiVersion: { type: "string" }, kind: { type: "string" } },
    "x-kubernetes-group-version-kind": [{ group: "", version: "v1", kind: "Pod" }],
  });
});

test("every reference in a document leads somewhere", () => {
  for (const { serverRelativeURL } of Object.values(read(openApi, "/openapi/v3")["paths"] ?? {}) as Json[]) {
    const document = read(openApi, serverRelativeURL ?? "");
    const names = new Set(Object.keys(document["components"]?.["schemas"] ?? {}));
    const references = [...JSON.stringify(document).matchAll(/#\/components\/schemas\/([^"]+)"/gu)];
    expect(references.filter(([, name = ""]) => !names.has(name))).toEqual([]);
  }
  const v2 = read(openApi, "/openapi/v2");
  const references = [...JSON.stringify(v2).matchAll(/"\$ref":"#\/definitions\/([^"]+)"/gu)];
  expect(references.length).toBeGreaterThan(100);
  expect(references.filter(([, name = ""]) => v2["definitions"]?.[name] === undefined)).toEqual([]);
});

test("a patch takes fieldValidation and tells its content types in place", () => {
  const patch = core["paths"]?.["/api/v1/namespaces/{namespace}/pods/{name}"]?.["patch"];
  expect(patch).toMatchObject({
    operationId: "patchCoreV1NamespacedPod",
    "x-kubernetes-action": "patch",
    "x-kubernetes-group-version-kind": { group: "", version: "v1", kind: "Pod" },
    parameters: expect.arrayContaining([expect.objectContaining({ name: "fieldValidation", in: "query" })]) as Json,
  });
  expect(Object.keys(patch?.["requestBody"]?.["content"] ?? {})).toEqual([
    "application/apply-patch+yaml",
    "application/json-patch+json",
    "application/merge-patch+json",
    "application/strategic-merge-patch+json",
  ]);
});

test("what a resource cannot do is not offered", () => {
  const { paths } = read(openApi, "/openapi/v3/apis/authorization.k8s.io/v1");
  const path = "/apis/authorization.k8s.io/v1/subjectaccessreviews";
  expect(Object.keys(paths ?? {})).toEqual(["/apis/authorization.k8s.io/v1/", path]);
  expect(Object.keys(paths?.[path] ?? {})).toEqual(["parameters", "post"]);
});

test("a subresource has the kind that discovery tells", () => {
  const { paths } = read(openApi, "/openapi/v3/apis/apps/v1");
  const scale = paths?.["/apis/apps/v1/namespaces/{namespace}/deployments/{name}/scale"];
  expect(Object.keys(scale ?? {}).toSorted()).toEqual(["get", "parameters", "patch", "put"]);
  expect(scale?.["get"]).toMatchObject({
    operationId: "readAppsV1NamespacedDeploymentScale",
    "x-kubernetes-group-version-kind": { group: "autoscaling", version: "v1", kind: "Scale" },
  });
  expect(core["paths"]?.["/api/v1/namespaces/{namespace}/pods/{name}/exec"]).toMatchObject({
    post: { "x-kubernetes-action": "connect" },
  });
});

test("a custom resource has its own schema, and no strategic patch", () => {
  const document = read(openApi, "/openapi/v3/apis/example.com/v1");
  expect(document["components"]?.["schemas"]?.["com.example.v1.Cactus"]).toMatchObject({
    properties: {
      metadata: { allOf: [{ $ref: "#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta" }] },
      spec: { properties: { arms: { type: "integer", nullable: true } } },
    },
    "x-kubernetes-group-version-kind": [{ group: "example.com", version: "v1", kind: "Cactus" }],
  });
  expect(JSON.stringify(document)).not.toContain("strategic-merge-patch");
  const v2 = read(openApi, "/openapi/v2")["definitions"]?.["com.example.v1.Cactus"];
  expect(v2?.["properties"]?.["spec"]).toEqual({
    type: "object",
    properties: { arms: { description: "How many arms." } },
  });
});

test("v2 comes as JSON or as gnostic's protobuf, as the client asks", () => {
  const type = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";
  expect(answer(openApi, "/openapi/v2", { accept: gnostic })?.headers["content-type"]).toBe(type);
  expect(answer(openApi, "/openapi/v2", { accept: "*/*" })?.headers["content-type"]).toBe("application/json");
  expect(() => answer(openApi, "/openapi/v2", { accept: "text/html" })).toThrow("only the following media types");
  const definitions = read(openApi, "/openapi/v2")["definitions"];
  expect(definitions?.["io.k8s.api.core.v1.PodList"]?.["properties"]?.["metadata"]).toMatchObject({
    $ref: "#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta",
  });
  expect(definitions?.["io.k8s.apimachinery.pkg.util.intstr.IntOrString"]).toMatchObject({
    type: "string",
    format: "int-or-string",
  });
});

test("documents follow the catalogue, and only where it has changed", () => {
  const catalogue = new Catalogue(resources);
  const own = new OpenApi(catalogue);
  const url = (path: string): string => read(own, "/openapi/v3")["paths"]?.[path]?.["serverRelativeURL"] ?? "";
  catalogue.add(cactus);
  const [apps, example] = [url("apis/apps/v1"), url("apis/example.com/v1")];
  catalogue.remove(cactus);
  catalogue.add({ ...cactus, openApiSchema: { type: "object" } });
  expect(url("apis/apps/v1")).toBe(apps);
  expect(url("apis/example.com/v1")).not.toBe(example);
});
