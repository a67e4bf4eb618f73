import type { ResourceDefinition } from "../../resources/definition.ts";
import { kubernetesVersion } from "../server-info.ts";
import { groupVersionIn, statusDescription, tagOf } from "./document-v3.ts";
import type { Operation } from "./operation.ts";
import { operationsOf } from "./operations.ts";
import { type Parameter, pathParameters, queryParameter } from "./parameters.ts";
import { type JsonSchema, referencePrefix, referenceTo } from "./schema-names.ts";
import { schemasFor } from "./schemas.ts";

const answerTypes = ["application/json", "application/yaml", "application/vnd.kubernetes.protobuf"];

/**
 * The OpenAPI v2 document of everything, for clients that know no v3.
 * https://kubernetes.io/docs/concepts/overview/kubernetes-api/#openapi-v2
 */
export function documentV2(resources: readonly ResourceDefinition[]): JsonSchema {
  const operations = resources.flatMap((resource) => operationsOf(resource));
  const named = operations.flatMap(({ body, response }) => [body, response]).filter((name) => name !== undefined);
  const schemas = Object.entries(schemasFor(named, resources, "v2"));
  return {
    swagger: "2.0",
    info: { title: "Kubernetes", version: kubernetesVersion },
    paths: pathsOf(operations),
    definitions: Object.fromEntries(schemas.map(([name, schema]) => [name, asV2(schema)])),
    securityDefinitions: {
      BearerToken: {
        description: "Bearer Token authentication",
        type: "apiKey",
        name: "authorization",
        in: "header",
      },
    },
    security: [{ BearerToken: [] }],
  };
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
  return { uniqueItems: true, type, description, name, in: place, ...required };
}

function shownOperation(operation: Operation): JsonSchema {
  const { id, description, action, gvk, query, body, bodyTypes, bodyRequired, response, statuses } = operation;
  const schema = response === undefined ? { type: "string" } : asV2(referenceTo(response));
  const bodyParameter = { name: "body", in: "body", ...(bodyRequired ? { required: true } : {}) };
  const bodies = body === undefined ? [] : [{ ...bodyParameter, schema: asV2(referenceTo(body)) }];
  return {
    description,
    consumes: bodyTypes,
    produces: response === undefined ? ["*/*"] : answerTypes,
    schemes: ["https"],
    tags: [tagOf(groupVersionIn(operation))],
    operationId: id,
    parameters: [...bodies, ...query.map((name) => shownParameter(queryParameter(name), "query"))],
    responses: {
      ...Object.fromEntries(statuses.map((status) => [status, { ...statusDescription(status), schema }])),
      401: { description: "Unauthorized" },
    },
    "x-kubernetes-action": action,
    "x-kubernetes-group-version-kind": gvk,
  };
}

/** What v2 has no word for; left out, a schema allows more. */
const unknownToV2 = new Set(["anyOf", "not", "nullable", "oneOf", "allOf"]);

/** A v3 schema as v2 has it: references under another path and beside other words, alternatives as a string. */
function asV2(schema: JsonSchema): JsonSchema {
  const [reference] = (schema["allOf"] ?? []) as JsonSchema[];
  const kept: Record<string, unknown> = {};
  for (const [word, value] of Object.entries(schema)) {
    if (!unknownToV2.has(word)) kept[word] = wordAsV2(word, value);
  }
  if (schema["oneOf"] !== undefined) kept["type"] = "string";
  return reference?.["$ref"] === undefined ? kept : { ...kept, ...asV2(reference) };
}

function wordAsV2(word: string, value: unknown): unknown {
  switch (word) {
    case "$ref":
      return String(value).replace(referencePrefix, "#/definitions/");
    case "properties":
      return Object.fromEntries(
        Object.entries(value as Record<string, JsonSchema>).map(([name, schema]) => [name, asV2(schema)]),
      );
    case "items":
    case "additionalProperties":
      return typeof value === "object" && value !== null ? asV2(value as JsonSchema) : value;
    default:
      return value;
  }
}
