import type { KubeObject } from "../api/object.ts";
import { badRequest } from "../api/status.ts";
import type { Registry, WriteOptions } from "./registry.ts";
import { mediaTypeOf, negotiate, represent, type RepresentOptions } from "./representation.ts";
import { isLongRunning, writeTimeoutMs } from "./request-timeout.ts";
import type { ApiRequest, ApiResponse, UserInfo } from "./request.ts";
import { contentResponse } from "./response.ts";
import type { ResourceRoute } from "./route.ts";
import type { IncludeObject } from "./table.ts";
import { readWriteQuery } from "./write-query.ts";

/** A request that has been read, authenticated and authorized: what a verb works on. */
export interface Call {
  readonly request: ApiRequest;
  readonly route: ResourceRoute;
  readonly registry: Registry;
  readonly user: UserInfo;
  /** Texts for `Warning:` headers. */
  readonly warnings: string[];
  /** For an update that creates what is not there: throws Forbidden unless the user may create, too. */
  readonly requireCreate?: () => void;
}

/** Throws Invalid for a query that is not as it must be. */
export function writeOptions({ request, route, registry, user, warnings }: Call): WriteOptions {
  return {
    ...(isLongRunning(route) ? {} : { deadline: registry.clock.now() + writeTimeoutMs(request.query) }),
    user,
    manager: managerOf(request),
    dryRun: readWriteQuery(request, route.verb).dryRun,
    warn: (text) => {
      warnings.push(text);
    },
  };
}

/** The field manager: as asked, or the client's own name. */
export function managerOf({ query, headers }: ApiRequest): string {
  const asked = query.get("fieldManager");
  if (asked) return asked;
  const [name = ""] = (headers["user-agent"] ?? "").split("/", 1);
  return name || "unknown";
}

/** An object in the shape that its reader wants. Throws ApiError. */
export function objectResponse(call: Call, object: KubeObject, status = 200): ApiResponse {
  const options = representOptions(call);
  return contentResponse(represent(object, options), mediaTypeOf(options.wanted), status);
}

/** Throws NotAcceptable when we have nothing that the client takes. */
export function representOptions({ request, route, registry }: Call): RepresentOptions {
  const wanted = negotiate(request.headers["accept"], {
    tables: route.resource.verbs?.includes("get") ?? true,
    streams: route.verb === "watch",
  });
  return {
    wanted,
    resource: route.resource,
    now: registry.clock.now(),
    includeObject: wanted.as === "table" ? includeObjectOf(request.query) : "Metadata",
    withColumns: true,
  };
}

function includeObjectOf(query: URLSearchParams): IncludeObject {
  const asked = query.get("includeObject") || "Metadata";
  if (asked === "None" || asked === "Object" || asked === "Metadata") return asked;
  throw badRequest(`unrecognized includeObject value: ${JSON.stringify(asked)}`);
}
