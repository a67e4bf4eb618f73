import type { KubeObject } from "../api/object.ts";
import { ApiError } from "../api/status.ts";
import type { ResourceDefinition } from "../resources/definition.ts";
import { serialize, serializePartial } from "./serialize.ts";
import { type IncludeObject, serializeTable } from "./table.ts";

/** The shape in which a client wants objects. */
export type Representation = "object" | "table" | "metadata";

/** `version` is the meta.k8s.io version asked for. */
export interface Wanted {
  readonly as: Representation;
  readonly version: string;
}

const metaVersions = new Set(["v1", "v1beta1"]);

/**
 * Picks from an Accept header the first shape we can give.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-tables
 */
export function negotiate(accept: string | undefined): Wanted {
  const plain: Wanted = { as: "object", version: "v1" };
  if (!accept) return plain;
  for (const range of accept.split(",")) {
    const [type = "", ...pairs] = range.split(";").map((part) => part.trim());
    const parameters = new Map(pairs.map((pair) => pair.split("=", 2) as [string, string]));
    const as = representationOf(parameters.get("as"));
    const version = parameters.get("v") ?? "v1";
    if (!isJson(type) || !as || (as !== "object" && !metaVersions.has(version))) continue;
    return { as, version };
  }
  throw new ApiError(406, "NotAcceptable", notAcceptable);
}

const notAcceptable =
  "only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf";

/** Protobuf is asked for by Go clients, which take JSON as well. */
function isJson(type: string): boolean {
  return (
    ["application/json", "application/*", "*/*", "application/yaml", "text/html"].includes(type) ||
    type.startsWith("application/vnd.kubernetes.protobuf")
  );
}

function representationOf(as: string | undefined): Representation | undefined {
  switch (as) {
    case undefined:
      return "object";
    case "Table":
      return "table";
    case "PartialObjectMetadata":
    case "PartialObjectMetadataList":
      return "metadata";
    default:
      return undefined;
  }
}

export interface RepresentOptions {
  readonly wanted: Wanted;
  readonly resource: ResourceDefinition;
  readonly now: number;
  readonly includeObject: IncludeObject;
  /** Tables in a watch describe their columns once. */
  readonly withColumns: boolean;
}

/** One object, as JSON, in the shape wanted. */
export function represent(object: KubeObject, options: RepresentOptions): string {
  const { wanted } = options;
  switch (wanted.as) {
    case "object":
      return serialize(object);
    case "metadata":
      return serializePartial(object, wanted.version);
    case "table":
      return serializeTable([object], { ...options, metadata: revisionOf(object), version: wanted.version });
  }
}

function revisionOf({ metadata }: KubeObject): Record<string, string> {
  return { resourceVersion: metadata.resourceVersion ?? "" };
}
