import type { ResourceDefinition } from "../resources/definition.ts";
import type { Catalogue } from "./catalogue.ts";
import { isSet } from "./query-flag.ts";
import type { ApiRequest } from "./request.ts";

/** What a request does, in the words of RBAC. "" is that of other methods (OPTIONS), which proxies alone carry. */
export type RequestVerb = "" | "create" | "delete" | "deletecollection" | "get" | "list" | "patch" | "update" | "watch";

/** A path below `/api/v1` or `/apis/GROUP/VERSION` that names a resource. */
export interface ResourceRoute {
  readonly resource: ResourceDefinition;
  /** "" for cluster-scoped resources and for all namespaces. */
  readonly namespace: string;
  /** "" for a collection. */
  readonly name: string;
  /** "" for the object itself. */
  readonly subresource: string;
  /** What follows a proxy subresource, with its leading slash, or "". */
  readonly rest: string;
  readonly verb: RequestVerb;
}

/** What a path names, whether there is such a resource or not. */
export interface ResourcePath extends Place {
  readonly group: string;
  readonly version: string;
  readonly verb: RequestVerb;
}

/**
 * Reads a resource path. undefined: the path is no resource's.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-uris
 */
export function parseRoute(request: ApiRequest, catalogue: Catalogue): ResourceRoute | undefined {
  const path = parseResourcePath(request);
  if (!path) return undefined;
  const { group, version, plural, namespace, name, subresource, rest, verb } = path;
  const resource = catalogue.find(group, version, plural);
  if (!resource || (namespace !== "" && !resource.namespaced)) return undefined;
  if (/[^/]/u.test(rest) && subresource !== "proxy") return undefined;
  return { resource, namespace, name, subresource, rest, verb };
}

/** The same without knowing what there is. */
export function parseResourcePath(request: ApiRequest): ResourcePath | undefined {
  const segments = request.path.split("/").slice(1);
  const found = groupVersionOf(segments);
  if (!found) return undefined;
  const { group, version, at } = found;
  const legacyWatch = segments[at] === "watch";
  const place = placeOf(segments, legacyWatch ? at + 1 : at);
  if (place.plural === "") return undefined;
  const verb = verbOf(request, { named: place.name !== "", legacyWatch });
  return { group, version, ...place, verb };
}

function groupVersionOf(segments: readonly string[]): { group: string; version: string; at: number } | undefined {
  const [root, first, second] = segments;
  if (root === "api" && first) return { group: "", version: first, at: 2 };
  if (root === "apis" && first && second) return { group: first, version: second, at: 3 };
  return undefined;
}

interface Place {
  readonly plural: string;
  readonly namespace: string;
  readonly name: string;
  readonly subresource: string;
  /** What follows it, with its leading slash, or "". */
  readonly rest: string;
}

/** `namespaces/x/pods/…` is in namespace x, but `namespaces/x`, `…/status` and `…/finalize` are the Namespace's own. */
function placeOf(segments: readonly string[], start: number): Place {
  const part = (at: number): string => decode(segments[at] ?? "");
  const third = part(start + 2);
  const inNamespace = part(start) === "namespaces" && third !== "" && third !== "status" && third !== "finalize";
  const at = inNamespace ? start + 2 : start;
  return {
    plural: part(at),
    namespace: inNamespace ? part(start + 1) : "",
    name: part(at + 1),
    subresource: part(at + 2),
    rest: at + 3 < segments.length ? `/${segments.slice(at + 3).join("/")}` : "",
  };
}

/** A segment with broken percent-encoding stands for itself: no object has such a name. */
function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch (error) {
    if (error instanceof URIError) return segment;
    throw error;
  }
}

function verbOf(
  { method, query }: ApiRequest,
  { named, legacyWatch }: { named: boolean; legacyWatch: boolean },
): RequestVerb {
  switch (method) {
    case "GET":
    case "HEAD":
      if (legacyWatch || (!named && isSet(query, "watch"))) return "watch";
      return named ? "get" : "list";
    case "POST":
      return "create";
    case "PUT":
      return "update";
    case "PATCH":
      return "patch";
    case "DELETE":
      return named ? "delete" : "deletecollection";
    default:
      return "";
  }
}
