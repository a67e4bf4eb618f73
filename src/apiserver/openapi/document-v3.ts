import type { ResourceDefinition } from "../../resources/definition.ts";
import { kubernetesVersion } from "../server-info.ts";
import { groupWord, type Operation, rootOf } from "./operation.ts";
import { operationsOf } from "./operations.ts";
import { type Parameter, pathParameters, queryParameter } from "./parameters.ts";
import { type JsonSchema, referenceTo, resourceListName } from "./schema-names.ts";
import { schemasFor } from "./schemas.ts";

export interface GroupVersion {
  readonly group: string;
  readonly version: string;
}

const answerTypes = ["application/json", "application/yaml", "application/vnd.kubernetes.protobuf"];
const unauthorized = { description: "Unauthorized" };

/**
 * The OpenAPI v3 document of one group version. `resources` are all that the server has.
 * https://kubernetes.io/docs/concepts/overview/kubernetes-api/#openapi-v3
 */
export function documentV3(groupVersion: GroupVersion, resources: readonly ResourceDefinition[]): JsonSchema {
  const { group, version } = groupVersion;
  const own = resources.filter((resource) => resource.group === group && resource.version === version);
  const operations = own.flatMap((resource) => operationsOf(resource));
  const named = operations.flatMap(({ body, response }) => [body, response]).filter((name) => name !== undefined);
  return {
    openapi: "3.0.0",
    info: { title: "Kubernetes", version: kubernetesVersion },
    paths: { [`${rootOf(groupVersion)}/`]: { get: resourceListOperation(groupVersion) }, ...pathsOf(operations) },
    components: {
      schemas: schemasFor([...named, resourceListName], resources, "v3"),
      securitySchemes: { BearerToken: bearerToken },
    },
    security: [{ BearerToken: [] }],
  };
}

const bearerToken = {
  description: "Bearer Token authentication",
  in: "header",
  name: "authorization",
  type: "apiKey",
};

export function tagOf({ group, version }: GroupVersion): string {
  return `${group === "" ? "core" : group.replace(/\.k8s\.io$/u, "").replaceAll(".", "_")}_${version}`;
}

function pathsOf(operations: readonly Operation[]): Record<string, Record<string, unknown>> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const operation of operations) {
    const { path, method } = operation;
    const item = (paths[path] ??= {
      parameters: [
        ...pathParameters(path).map((parameter) => shownParameter(parameter, "path")),
        shownParameter(queryParameter("pretty"), "query"),
      ],
    });
    item[method] = shownOperation(operation);
  }
  return paths;
}

function shownParameter({ name, description, type }: Parameter, place: "path" | "query"): JsonSchema {
  const required = place === "path" ? { required: true } : {};
  return { name, in: place, description, ...required, schema: { type, uniqueItems: true } };
}

function shownOperation(operation: Operation): JsonSchema {
  const { id, description, action, gvk, query, statuses } = operation;
  return {
    tags: [tagOf(groupVersionIn(operation))],
    description,
    operationId: id,
    ...(query.length > 0 ? { parameters: query.map((name) => shownParameter(queryParameter(name), "query")) } : {}),
    ...(operation.body === undefined ? {} : { requestBody: requestBody(operation, operation.body) }),
    responses: {
      ...Object.fromEntries(
        statuses.map((status) => [status, { ...statusDescription(status), content: answer(operation) }]),
      ),
      401: unauthorized,
    },
    "x-kubernetes-action": action,
    "x-kubernetes-group-version-kind": gvk,
  };
}

/** kubectl looks for the content types of a patch here, not behind a reference. */
function requestBody({ bodyTypes, bodyRequired }: Operation, body: string): JsonSchema {
  const content = Object.fromEntries(bodyTypes.map((type) => [type, { schema: referenceTo(body) }]));
  return bodyRequired ? { content, required: true } : { content };
}

function answer({ response, action }: Operation): JsonSchema {
  if (response === undefined) return { "*/*": { schema: { type: "string" } } };
  const watched =
    action === "list" ? ["application/json;stream=watch", "application/vnd.kubernetes.protobuf;stream=watch"] : [];
  return Object.fromEntries([...answerTypes, ...watched].map((type) => [type, { schema: referenceTo(response) }]));
}

const statusTexts: Readonly<Record<number, string>> = { 200: "OK", 201: "Created", 202: "Accepted" };

export function statusDescription(status: number): { description: string } {
  return { description: statusTexts[status] ?? "" };
}

/** The group version of a path, which a subresource's kind need not have. */
export function groupVersionIn({ path }: { readonly path: string }): GroupVersion {
  const [root, first = "", second = ""] = path.split("/").slice(1);
  return root === "api" ? { group: "", version: first } : { group: first, version: second };
}

function resourceListOperation(groupVersion: GroupVersion): JsonSchema {
  const content = Object.fromEntries(answerTypes.map((type) => [type, { schema: referenceTo(resourceListName) }]));
  return {
    tags: [tagOf(groupVersion)],
    description: "get available resources",
    operationId: `get${groupWord(groupVersion)}APIResources`,
    responses: { 200: { description: "OK", content }, 401: unauthorized },
  };
}
