import type { KubeObject } from "../../api/object.ts";
import { badRequest, expired } from "../../api/status.ts";
import { apiVersionOf, listKindOf } from "../../resources/definition.ts";
import { type Call, representOptions } from "../call.ts";
import { partialMetadata, type RepresentOptions } from "../representation.ts";
import type { ApiResponse } from "../request.ts";
import { textResponse } from "../response.ts";
import { selectionOf } from "../selection.ts";
import { serializeList } from "../serialize.ts";
import { tableOf } from "../table.ts";

/** Where a list continues: after this key, as of this revision. */
interface Continuation {
  readonly v: "meta.k8s.io/v1";
  readonly rv: number;
  /** `namespace/name` of the last item sent. */
  readonly start: string;
}

/**
 * GET of a collection, in chunks if `limit` asks for it.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks
 */
export function listVerb(call: Call): ApiResponse {
  const { request, route, registry } = call;
  checkResourceVersion(request.query.get("resourceVersion"), registry.store.revision);
  const continuation = readContinuation(request.query.get("continue"));
  const matches = selectionOf(request.query, route);
  const all = registry.list(route.resource, route.namespace || undefined).filter((object) => matches(object));
  const rest = continuation ? all.filter((object) => idOf(object) > continuation.start) : all;
  const limit = limitOf(request.query.get("limit"));
  const page = limit > 0 ? rest.slice(0, limit) : rest;
  const revision = continuation?.rv ?? registry.store.revision;
  const metadata: Record<string, unknown> = { resourceVersion: String(revision) };
  const last = page.at(-1);
  if (last && page.length < rest.length) {
    metadata["continue"] = writeContinuation({ v: "meta.k8s.io/v1", rv: revision, start: idOf(last) });
    if (!request.query.get("labelSelector") && !request.query.get("fieldSelector")) {
      metadata["remainingItemCount"] = rest.length - page.length;
    }
  }
  return textResponse(listBody(page, metadata, representOptions(call)));
}

function listBody(
  items: readonly KubeObject[],
  metadata: Readonly<Record<string, unknown>>,
  options: RepresentOptions,
): string {
  const { wanted, resource } = options;
  switch (wanted.as) {
    case "object":
      return serializeList({ apiVersion: apiVersionOf(resource), kind: listKindOf(resource), metadata }, items);
    case "metadata": {
      const head = { apiVersion: `meta.k8s.io/${wanted.version}`, kind: "PartialObjectMetadataList", metadata };
      return serializeList(
        head,
        items.map((item) => partialMetadata(item, wanted.version)),
      );
    }
    case "table":
      return JSON.stringify(tableOf(items, { ...options, metadata, version: wanted.version }));
  }
}

function checkResourceVersion(asked: string | null, current: number): void {
  if (!asked || asked === "0") return;
  const revision = Number(asked);
  if (!Number.isSafeInteger(revision) || revision < 0) {
    throw badRequest(`invalid resource version: ${JSON.stringify(asked)}`);
  }
  if (revision > current) throw tooLargeResourceVersion(revision, current);
}

/** Also what a watch from the future is told. */
export function tooLargeResourceVersion(asked: number, current: number): Error {
  return badRequest(`Too large resource version: ${asked}, current: ${current}`);
}

function limitOf(limit: string | null): number {
  if (!limit) return 0;
  const count = Number(limit);
  if (!Number.isSafeInteger(count)) {
    throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(limit)}: invalid syntax`);
  }
  return Math.max(0, count);
}

function idOf({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? ""}/${metadata.name}`;
}

function writeContinuation(continuation: Continuation): string {
  return Buffer.from(JSON.stringify(continuation)).toString("base64url");
}

function readContinuation(token: string | null): Continuation | undefined {
  if (!token) return undefined;
  const parsed = parseToken(token);
  if (parsed?.v !== "meta.k8s.io/v1" || typeof parsed.start !== "string" || typeof parsed.rv !== "number") {
    throw badRequest("continue key is not valid: it was not made by this server");
  }
  if (parsed.rv < 0) throw expired("The provided continue parameter is too old");
  return parsed as Continuation;
}

function parseToken(token: string): Partial<Continuation> | undefined {
  try {
    return JSON.parse(Buffer.from(token, "base64url").toString()) as Partial<Continuation>;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
