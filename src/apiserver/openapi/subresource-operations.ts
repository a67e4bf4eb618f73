import { has, type ResourceDefinition, type Subresource } from "../../resources/definition.ts";
import { subresourceFactsOf } from "../discovery.ts";
import { typeNameOf } from "../schema/type-name.ts";
import { itemOperations } from "./item-operations.ts";
import {
  anyBody,
  articled,
  capitalised,
  type GroupVersionKind,
  groupWord,
  gvkOf,
  type Method,
  type Operation,
  operationId,
  writing,
} from "./operation.ts";
import { schemaNameOf } from "./schema-names.ts";

const connecting: ReadonlySet<Subresource> = new Set(["attach", "exec", "portforward", "proxy"]);

/** What can be done at the path of one subresource. */
export function subresourceOperations(
  resource: ResourceDefinition,
  item: string,
  subresource: Subresource,
): Operation[] {
  if (!has(resource, subresource)) return [];
  const path = `${item}/${subresource}`;
  const { group = resource.group, version = resource.version, kind, verbs } = subresourceFactsOf(resource, subresource);
  const gvk = { group, version, kind };
  if (connecting.has(subresource)) return connectOperations(resource, path, subresource, gvk);
  const own = kind === resource.kind;
  const name = own ? schemaNameOf(resource) : typeNameOf(group === "" ? version : `${group}/${version}`, kind);
  const what = own ? `${subresource} of the ${kind}` : `${kind} of the ${resource.kind}`;
  const suffix = capitalised(subresource);
  if (subresource === "log") return [logOperation(resource, path)];
  if (name === undefined) return [];
  const readable = itemOperations(resource, path, suffix, { gvk, name, what });
  const wanted = new Set(verbs.map((verb) => methods[verb]));
  const operations = readable.filter(({ method }) => wanted.has(method));
  if (!verbs.includes("create")) return operations;
  const created: Operation = {
    path,
    method: "post",
    id: operationId(resource, "create", suffix),
    description: `create ${subresource} of ${articled(resource.kind)}`,
    action: "post",
    gvk,
    query: writing,
    body: name,
    bodyRequired: true,
    bodyTypes: anyBody,
    response: name,
    statuses: [200, 201, 202],
  };
  return [...operations, created];
}

const methods: Readonly<Record<string, Method>> = { get: "get", update: "put", patch: "patch" };

const logParameters = [
  "container",
  "follow",
  "insecureSkipTLSVerifyBackend",
  "limitBytes",
  "previous",
  "sinceSeconds",
  "stream",
  "tailLines",
  "timestamps",
];

function logOperation(resource: ResourceDefinition, path: string): Operation {
  return {
    path,
    method: "get",
    id: operationId(resource, "read", "Log"),
    description: `read log of the specified ${resource.kind}`,
    action: "get",
    gvk: gvkOf(resource),
    query: logParameters,
    bodyTypes: anyBody,
    statuses: [200],
  };
}

const streams = ["stderr", "stdin", "stdout", "tty"];
const connectParameters: Readonly<Record<string, readonly string[]>> = {
  attach: ["container", ...streams],
  exec: ["command", "container", ...streams],
  portforward: ["ports"],
  proxy: ["path"],
};

function connectOperations(
  resource: ResourceDefinition,
  path: string,
  subresource: Subresource,
  gvk: GroupVersionKind,
): Operation[] {
  const used: readonly Method[] = subresource === "proxy" ? ["get", "put", "post", "delete", "patch"] : ["get", "post"];
  return used.map((method) => ({
    path,
    method,
    id: operationId(resource, "connect", capitalised(subresource)).replace(
      groupWord(resource),
      `${groupWord(resource)}${capitalised(method)}`,
    ),
    description: `connect ${method.toUpperCase()} requests to ${subresource} of ${resource.kind}`,
    action: "connect",
    gvk,
    query: connectParameters[subresource] ?? [],
    bodyTypes: anyBody,
    statuses: [200],
  }));
}
