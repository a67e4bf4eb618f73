import { decodeText, readAll } from "../api/bytes.ts";
import type { KubeObject } from "../api/object.ts";
import { ApiError } from "../api/status.ts";
import type { Status } from "../api/types.gen.ts";
import type { Transport } from "../client/transport.ts";
import type { Clock } from "../sim/clock.ts";
import type { Resource } from "./discovery.ts";
import type { Flags } from "./flags.ts";
import { sortedJson } from "./printers/go-json.ts";

export interface RequestOptions {
  readonly query?: Readonly<Record<string, string>>;
  readonly accept?: string;
  readonly contentType?: string;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  /** The path is the user's own: nothing is known of what is there. */
  readonly raw?: boolean;
}

/** Requests to the API server, with its refusals as ApiErrors and its `Warning:` headers told. */
export interface Rest {
  /** JSON in, JSON out. */
  json<T>(method: string, path: string, options?: RequestOptions): Promise<T>;
  /** The body as it comes: logs, raw paths. */
  stream(method: string, path: string, options?: RequestOptions): Promise<AsyncIterable<Uint8Array>>;
  /** One JSON value a line, as it comes. */
  watch<T>(path: string, options?: RequestOptions): AsyncIterable<T>;
}

export interface RestOptions {
  readonly flags: Flags;
  readonly clock: Clock;
  /** Told once for each text. */
  warn(text: string): Promise<void>;
  /** A line about each request, with `-v=6`. */
  trace(line: string): Promise<void>;
}

const tracingLevel = 6;

export function createRest(transport: Transport, { flags, clock, warn, trace }: RestOptions): Rest {
  const warned = new Set<string>();
  const common = { "user-agent": "kubectl/v1.32.4 (picokube)", ...impersonation(flags) };
  const send = async (method: string, path: string, options: RequestOptions): Promise<AsyncIterable<Uint8Array>> => {
    const { query = {}, accept = "application/json", contentType = "application/json", body, signal } = options;
    const search = new URLSearchParams(query).toString();
    const whole = search ? `${path}?${search}` : path;
    const content = body === undefined ? {} : { body: typeof body === "string" ? body : sortedJson(body) };
    const headers = { ...common, accept, ...(body === undefined ? {} : { "content-type": contentType }) };
    const began = clock.now();
    const response = await transport.request({ method, path: whole, headers, ...content }, signal);
    if ((flags.number("v") ?? 0) >= tracingLevel) {
      await trace(
        `I round_trippers.go:560] ${method} ${whole} ${response.status} in ${clock.now() - began} milliseconds\n`,
      );
    }
    for (const text of warningsIn(response.headers["warning"])) {
      if (!warned.has(text)) await warn(text);
      warned.add(text);
    }
    if (response.status >= 400) {
      const about = options.raw ? "" : aboutRequest(method, path);
      throw refusal(response.status, decodeText(await readAll(response.body)), about);
    }
    return response.body;
  };
  return {
    async json<T>(method: string, path: string, options: RequestOptions = {}) {
      return JSON.parse(decodeText(await readAll(await send(method, path, options)))) as T;
    },
    stream: (method, path, options = {}) => send(method, path, options),
    watch: (path, options = {}) =>
      lines(() => send("GET", path, { ...options, query: { ...options.query, watch: "true" } })),
  };
}

function impersonation(flags: Flags): Record<string, string> {
  const user = flags.value("as");
  const groups = flags.values("as-group");
  const uid = flags.value("as-uid");
  return {
    ...(uid ? { "impersonate-uid": uid } : {}),
    ...(user ? { "impersonate-user": user } : {}),
    ...(groups.length > 0 ? { "impersonate-group": groups.join(", ") } : {}),
  };
}

/** `299 - "text", 299 - "text"`. */
function warningsIn(header: string | undefined): string[] {
  const found = (header ?? "").matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/gu);
  return [...found].map(([, text = ""]) => text.replaceAll(/\\(.)/gu, "$1"));
}

/** ` (patch deployments.apps web)`: what a request without an explanation was about; nothing for a path of the user's own. */
function aboutRequest(method: string, path: string): string {
  const [, group = "", plural, name] = resourcePath.exec(path) ?? [];
  if (plural === undefined) return "";
  const words = [
    method.toLowerCase(),
    group === "" ? plural : `${plural}.${group}`,
    ...(name === undefined ? [] : [name]),
  ];
  return ` (${words.join(" ")})`;
}

const resourcePath = /^\/(?:api|apis\/([^/]+))\/[^/]+(?:\/namespaces\/[^/]+(?=\/))?\/([^/?]+)(?:\/([^/?]+))?/u;

function refusal(code: number, text: string, about: string): ApiError {
  const status = text.startsWith("{") ? (JSON.parse(text) as Status) : undefined;
  if (status?.status === undefined) return unexplained(code, text.trim(), about);
  return new ApiError(code, status.reason ?? "", status.message ?? "", status.details);
}

const plainRefusals: Readonly<Record<number, readonly [reason: string, message: string]>> = {
  400: ["BadRequest", "the server rejected our request for an unknown reason"],
  401: ["Unauthorized", "the server has asked for the client to provide credentials"],
  404: ["NotFound", "the server could not find the requested resource"],
  405: ["MethodNotAllowed", "the server does not allow this method on the requested resource"],
  409: ["Conflict", "the server reported a conflict"],
  422: ["Invalid", "the server rejected our request due to an error in our request"],
  429: ["TooManyRequests", "the server has received too many requests and has asked us to try again later"],
  503: ["ServiceUnavailable", "the server is currently unable to handle the request"],
  504: [
    "Timeout",
    "the server was unable to return a response in the time allotted, but may still be processing the request",
  ],
};

/** What comes without a Status, as client-go words it. */
function unexplained(code: number, text: string, about: string): ApiError {
  const [reason, message] = plainRefusals[code] ?? [];
  if (reason !== undefined) return new ApiError(code, reason, `${message ?? ""}${about}`);
  if (code === 403) return new ApiError(code, "Forbidden", text);
  const quoted = JSON.stringify(text || "unknown");
  return new ApiError(
    code,
    "InternalError",
    `an error on the server (${quoted}) has prevented the request from succeeding`,
  );
}

async function* lines<T>(open: () => Promise<AsyncIterable<Uint8Array>>): AsyncGenerator<T> {
  const decoder = new TextDecoder();
  let waiting = "";
  for await (const chunk of await open()) {
    waiting += decoder.decode(chunk, { stream: true });
    const complete = waiting.split("\n");
    waiting = complete.pop() ?? "";
    for (const line of complete) if (line !== "") yield JSON.parse(line) as T;
  }
}

/** `/apis/apps/v1/namespaces/default/replicasets/web`; without a name the collection, without a namespace all of them. */
export function pathOf(resource: Resource, namespace: string | undefined, name = "", subresource = ""): string {
  const root = resource.group ? `/apis/${resource.group}/${resource.version}` : `/api/${resource.version}`;
  const place = resource.namespaced && namespace ? `/namespaces/${namespace}` : "";
  const parts = [`${root}${place}/${resource.plural}`, name && encodeURIComponent(name), subresource];
  return parts.filter((part) => part !== "").join("/");
}

/** A list as the server sends it. */
export interface ObjectList<T extends KubeObject = KubeObject> {
  readonly kind: string;
  readonly apiVersion: string;
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string };
  readonly items: readonly T[];
}
