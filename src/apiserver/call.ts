import { badRequest } from "../api/status.ts";
import type { DeleteOptions } from "../api/types.gen.ts";
import type { Registry, WriteOptions } from "./registry.ts";
import { negotiate, type RepresentOptions } from "./representation.ts";
import type { ApiRequest, UserInfo } from "./request.ts";
import type { ResourceRoute } from "./route.ts";
import type { FieldValidation } from "./schema/schema.ts";
import type { IncludeObject } from "./table.ts";

/** A request that has been read, authenticated and authorized: what a verb works on. */
export interface Call {
  readonly request: ApiRequest;
  readonly route: ResourceRoute;
  readonly registry: Registry;
  readonly user: UserInfo;
  /** Texts for `Warning:` headers. */
  readonly warnings: string[];
}

export function writeOptions({ request, user, warnings }: Call): WriteOptions {
  return {
    user,
    manager: managerOf(request),
    dryRun: isDryRun(request.query),
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

function isDryRun(query: URLSearchParams): boolean {
  const values = query.getAll("dryRun");
  for (const value of values) {
    if (value !== "All") {
      throw badRequest(`Invalid value: ${JSON.stringify(values)}: supported values: "All"`);
    }
  }
  return values.length > 0;
}

export function dryRunAsked({ query }: ApiRequest, body?: DeleteOptions): boolean {
  return isDryRun(query) || (body?.dryRun?.includes("All") ?? false);
}

export function fieldValidationOf({ query }: ApiRequest): FieldValidation {
  const value = query.get("fieldValidation") ?? "Warn";
  if (value === "Strict" || value === "Warn" || value === "Ignore") return value;
  const supported = '"", "Ignore", "Strict", "Warn"';
  throw badRequest(
    `fieldValidation: Unsupported value: ${JSON.stringify(value)}: supported values: ${supported}`,
  );
}

export function representOptions({ request, route, registry }: Call): RepresentOptions {
  const include = request.query.get("includeObject") ?? "Metadata";
  const includeObject: IncludeObject = include === "None" || include === "Object" ? include : "Metadata";
  return {
    wanted: negotiate(request.headers["accept"]),
    resource: route.resource,
    now: registry.clock.now(),
    includeObject,
    withColumns: true,
  };
}
