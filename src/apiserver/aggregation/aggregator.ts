import { type ApiService, apiServices } from "../../resources/apiregistration/api-service.ts";
import type { ResourceDefinition } from "../../resources/definition.ts";
import type { Log } from "../../sim/log.ts";
import { hopByHopHeaders } from "../hop-by-hop.ts";
import { isSet } from "../query-flag.ts";
import type { ApiRequest, ApiResponse, UserInfo } from "../request.ts";
import { textResponse } from "../response.ts";
import { CallError } from "../webhook/call-error.ts";
import { within } from "../webhook/within.ts";
import { followAvailability, referenceOf, remoteServices } from "./availability.ts";
import { announcedResources, type RemoteVersion } from "./remote-discovery.ts";
import { type RemoteParts, remoteRequest, type RemoteTarget, userHeaders, wholeBody } from "./remote-request.ts";

const kind = apiServices as unknown as ResourceDefinition;
const openApiPrefix = "/openapi/v3/";
const openApiTimeoutMs = 5000;

export interface AggregatorOptions extends RemoteParts {
  readonly log: Log;
}

/**
 * Hands on what other API servers serve, as APIServices with a Service say.
 * https://kubernetes.io/docs/concepts/extend-kubernetes/api-extension/apiserver-aggregation/
 */
export class Aggregator {
  readonly #options: AggregatorOptions;
  /** By APIService, what its server last announced. */
  readonly #discovered = new Map<string, string>();
  /** By APIService, where its server has its OpenAPI v3 document. */
  readonly #documents = new Map<string, string>();
  readonly stop: () => void;

  constructor(options: AggregatorOptions) {
    this.#options = options;
    this.stop = followAvailability({
      ...options,
      onDiscovery: (name, discovery) => this.#discover(name, discovery),
    });
  }

  /** Who serves a path, if it is not this server. */
  serviceFor(path: string): ApiService | undefined {
    const [root, group, version] = (path.startsWith(openApiPrefix) ? path.slice("/openapi/v3".length) : path)
      .split("/", 4)
      .slice(1);
    if (root !== "apis" || !group || !version) return undefined;
    const found = this.#options.registry.find(kind, { namespace: "", name: `${version}.${group}` });
    return (found as ApiService | undefined)?.spec.service ? (found as ApiService) : undefined;
  }

  /** Never rejects: what goes wrong on the way is told in plain text, as upstream does. */
  async forward(request: ApiRequest, user: UserInfo, apiService: ApiService): Promise<ApiResponse> {
    const isAvailable = apiService.status?.conditions?.some(
      ({ type, status }) => type === "Available" && status === "True",
    );
    if (!isAvailable) return plain("service unavailable");
    const query = request.query.toString();
    const outgoing = {
      method: request.method,
      url: `${request.path}${query ? `?${query}` : ""}`,
      headers: { ...keptHeaders(request), ...userHeaders(user) },
      body: request.body,
    };
    try {
      const response = await remoteRequest(this.#options, targetOf(apiService), outgoing, request.signal);
      const headers = Object.entries(response.headers).filter(([name]) => !hopByHopHeaders.has(name));
      const body = isStream(request) ? response.body : await wholeBody(response);
      return { status: response.status, headers: Object.fromEntries(headers), body };
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      return plain(`error trying to reach service: ${error.message}`);
    }
  }

  /** For discovery. */
  versions(): readonly RemoteVersion[] {
    return remoteServices(this.#options).map(({ metadata, spec }) => {
      const known = this.#discovered.get(metadata.name);
      return {
        group: spec.group ?? "",
        version: spec.version ?? "",
        groupPriority: spec.groupPriorityMinimum,
        versionPriority: spec.versionPriority,
        ...(known === undefined ? {} : { resources: announcedResources(known) }),
      };
    });
  }

  /** By path below `/openapi/v3/`, with their hashes. */
  openApiPaths(): readonly (readonly [path: string, url: string])[] {
    return remoteServices(this.#options).flatMap(({ metadata, spec }) => {
      const url = this.#documents.get(metadata.name);
      return url === undefined ? [] : [[`apis/${spec.group ?? ""}/${spec.version ?? ""}`, url] as const];
    });
  }

  async #discover(name: string, discovery: string | undefined): Promise<void> {
    if (discovery === undefined) {
      this.#discovered.delete(name);
      this.#documents.delete(name);
      return;
    }
    const isNew = this.#discovered.get(name) !== discovery || !this.#documents.has(name);
    this.#discovered.set(name, discovery);
    if (!isNew) return;
    const url = await this.#findDocument(name);
    if (url === undefined) this.#documents.delete(name);
    else this.#documents.set(name, url);
  }

  /** Servers need not have one. */
  async #findDocument(name: string): Promise<string | undefined> {
    const apiService = this.#options.registry.find(kind, { namespace: "", name }) as ApiService | undefined;
    if (!apiService) return undefined;
    const { group = "", version = "" } = apiService.spec;
    const user = { name: "system:aggregator", groups: ["system:masters"] };
    const headers = { accept: "application/json", ...userHeaders(user) };
    const request = { method: "GET", url: "/openapi/v3", headers, body: new Uint8Array() };
    try {
      const text = await within(this.#options.registry.clock, openApiTimeoutMs, async (signal) => {
        const response = await remoteRequest(this.#options, targetOf(apiService), request, signal);
        return response.status === 200 ? Buffer.from(await wholeBody(response)).toString() : "{}";
      });
      const { paths = {} } = JSON.parse(text) as { paths?: Record<string, { serverRelativeURL?: string }> };
      return paths[`apis/${group}/${version}`]?.serverRelativeURL;
    } catch (error) {
      if (error instanceof CallError || error instanceof SyntaxError) return undefined;
      throw error;
    }
  }
}

function targetOf(apiService: ApiService): RemoteTarget {
  const { caBundle = "", insecureSkipTLSVerify = false } = apiService.spec;
  return {
    service: referenceOf(apiService),
    authorities: Buffer.from(caBundle, "base64").toString(),
    insecure: insecureSkipTLSVerify,
  };
}

/** Users are who this server says: nobody else may tell. */
function keptHeaders({ headers, body }: ApiRequest): Record<string, string> {
  const kept = Object.entries(headers).filter(
    ([name, value]) => value !== undefined && !hopByHopHeaders.has(name) && !name.startsWith("x-remote-"),
  );
  const length = body.length > 0 ? { "content-length": String(body.length) } : {};
  return { ...(Object.fromEntries(kept) as Record<string, string>), ...length };
}

function isStream({ query }: ApiRequest): boolean {
  return isSet(query, "watch") || isSet(query, "follow");
}

function plain(text: string): ApiResponse {
  const response = textResponse(`${text}\n`, 503, "text/plain; charset=utf-8");
  return { ...response, headers: { ...response.headers, "x-content-type-options": "nosniff" } };
}
