import { ApiError, forbidden, internalError, methodNotAllowed, pathNotFound } from "../api/status.ts";
import type { ResourceDefinition } from "../resources/definition.ts";
import { describeError, type Log } from "../sim/log.ts";
import { admitConnection } from "./admission/connection.ts";
import type { Aggregator } from "./aggregation/aggregator.ts";
import type { Authenticator } from "./auth/authentication.ts";
import { type Authorizer, attributesOf } from "./auth/authorization.ts";
import { actingUser } from "./auth/impersonation.ts";
import type { ServiceAccountTokens } from "./auth/service-account-tokens.ts";
import { type Call, representOptions } from "./call.ts";
import type { ComputedResources } from "./computed/computed-resource.ts";
import { Discovery } from "./discovery.ts";
import { encodedAnswer } from "./encoded-answer.ts";
import type { ApiExtension } from "./extension.ts";
import type { FlowControl } from "./flow-control/flow-control.ts";
import { Metrics } from "./metrics.ts";
import type { OpenApi } from "./openapi/openapi.ts";
import { openIdAnswer } from "./openid.ts";
import type { Registry } from "./registry.ts";
import { checkTimeout, isLongRunning } from "./request-timeout.ts";
import type { ApiRequest, ApiResponse, RequestHandler, Session, UserInfo } from "./request.ts";
import { errorResponse, isPathNotFound, noSuchPath, textResponse, withHeaders, withWarnings } from "./response.ts";
import type { Reviews } from "./reviews/review.ts";
import { parseRoute, type ResourceRoute } from "./route.ts";
import { convertingFirst } from "./served-forms.ts";
import { serverAddress } from "./server-address.ts";
import { serverInfo } from "./server-info.ts";
import type { SubresourceHandlers } from "./subresources/handlers.ts";
import { createVerb } from "./verbs/create.ts";
import { deleteCollectionVerb } from "./verbs/delete-collection.ts";
import { deleteVerb } from "./verbs/delete.ts";
import { getVerb } from "./verbs/get.ts";
import { listVerb } from "./verbs/list.ts";
import { patchVerb } from "./verbs/patch.ts";
import { updateVerb } from "./verbs/update.ts";
import { watchVerb } from "./verbs/watch.ts";

export interface ApiServerOptions {
  readonly registry: Registry;
  readonly authenticator: Authenticator;
  readonly authorizer: Authorizer;
  readonly openApi: OpenApi;
  /** None: it issues no tokens. */
  readonly tokens?: ServiceAccountTokens;
  readonly flowControl: FlowControl;
  readonly reviews: Reviews;
  readonly subresources: SubresourceHandlers;
  readonly computed: ComputedResources;
  /** What other API servers serve, if any may. */
  readonly aggregator?: Aggregator;
  readonly log: Log;
}

type Handler = Pick<SubresourceHandlers, "handle">;

const verbs = {
  get: getVerb,
  list: listVerb,
  watch: watchVerb,
  create: createVerb,
  update: updateVerb,
  patch: patchVerb,
  delete: deleteVerb,
  deletecollection: deleteCollectionVerb,
} as const;

/** A request's way: route → authenticate → authorize → verb (which admits, validates and stores). No HTTP here. */
export class ApiServer implements RequestHandler {
  readonly #options: ApiServerOptions;
  readonly #discovery: Discovery;
  readonly #extensions: ApiExtension[] = [];
  readonly #metrics: Metrics;

  constructor(options: ApiServerOptions) {
    this.#options = options;
    const { registry, aggregator } = options;
    const address = (): string | undefined => serverAddress(registry);
    this.#discovery = new Discovery(registry.catalogue, () => aggregator?.versions() ?? [], address);
    this.#metrics = new Metrics(options.registry);
  }

  /** Never rejects: every failure is a Status. */
  async handle(request: ApiRequest): Promise<ApiResponse> {
    const route = parseRoute(request, this.#options.registry.catalogue);
    const answer = await this.#answer(request, route);
    const isForwarded = route?.subresource === "proxy" || this.#options.aggregator?.serviceFor(request.path);
    const response = isForwarded ? answer : encodedAnswer(answer, request);
    this.#metrics.count(request, route, response.status);
    return response;
  }

  async open(request: ApiRequest): Promise<Session> {
    const { registry, subresources } = this.#options;
    const user = await this.#userOf(request);
    const route = parseRoute(request, registry.catalogue);
    this.#options.authorizer.authorize(user, attributesOf(request, route));
    if (!route) return this.#extensionAt(request)?.open(request) ?? Promise.reject(pathNotFound());
    const call: Call = { request, route, registry, user, warnings: [] };
    await admitConnection(call);
    return subresources.open(call);
  }

  async #answer(request: ApiRequest, route: ResourceRoute | undefined): Promise<ApiResponse> {
    const { authorizer, flowControl } = this.#options;
    let flow: Readonly<Record<string, string>> = {};
    try {
      if (!route || !isLongRunning(route)) checkTimeout(request.query);
      const user = await this.#userOf(request);
      const attributes = attributesOf(request, route);
      flow = flowControl.headersFor(user, attributes);
      authorizer.authorize(user, attributes);
      const response = await this.#served(request, route, user);
      return withHeaders(response, flow);
    } catch (error) {
      return withHeaders(this.#failure(request, error), flow);
    }
  }

  #served(request: ApiRequest, route: ResourceRoute | undefined, user: UserInfo): ApiResponse | Promise<ApiResponse> {
    const { aggregator } = this.#options;
    const remote = aggregator?.serviceFor(request.path);
    if (aggregator && remote) return aggregator.forward(request, user, remote);
    return route ? this.#resource(request, route, user) : this.#nonResource(request);
  }

  async #userOf(request: ApiRequest): Promise<UserInfo> {
    const { authenticator, authorizer } = this.#options;
    return actingUser(await authenticator.authenticate(request), request, authorizer);
  }

  async #resource(request: ApiRequest, route: ResourceRoute, user: UserInfo): Promise<ApiResponse> {
    const { registry, reviews, computed, subresources } = this.#options;
    const { deprecation } = route.resource;
    const requireCreate = (): void => this.#requireCreate(request, route, user);
    const warnings = deprecation ? [deprecation] : [];
    const call: Call = { request, route, registry, user, warnings, requireCreate };
    const handler = [reviews, computed, subresources].find((one) => one.handles(route));
    return withWarnings(await this.#judged(call, handler), call.warnings);
  }

  #requireCreate(request: ApiRequest, route: ResourceRoute, user: UserInfo): void {
    const attributes = attributesOf(request, { ...route, verb: "create" });
    const { allowed, reason } = this.#options.authorizer.decide(user, attributes);
    if (!allowed) throw forbidden(route.resource, route.name, reason);
  }

  /** What goes wrong is told together with the warnings that were met on the way. */
  async #judged(call: Call, handler: Handler | undefined): Promise<ApiResponse> {
    try {
      checkMethod(call);
      checkScope(call.route);
      if (handler) await admitConnection(call);
      return await convertingFirst(() => (handler ? handler.handle(call) : run(call)));
    } catch (error) {
      if (call.warnings.length === 0) throw error;
      return this.#failure(call.request, error);
    }
  }

  /** Serves paths beside Kubernetes' own. */
  extend(extension: ApiExtension): void {
    this.#extensions.push(extension);
  }

  #extensionAt({ path }: ApiRequest): ApiExtension | undefined {
    return this.#extensions.find(({ prefix }) => path.startsWith(prefix));
  }

  #nonResource(request: ApiRequest): ApiResponse | Promise<ApiResponse> {
    const { path, headers, query, method } = request;
    const { tokens } = this.#options;
    const extension = this.#extensionAt(request);
    if (extension) return extension.handle(request);
    const response =
      serverInfo(path, query) ??
      (path === "/metrics" ? this.#metrics.answer() : undefined) ??
      (tokens && openIdAnswer(path, tokens)) ??
      this.#options.openApi.answer(request) ??
      this.#discovery.answer(path, headers) ??
      this.#index(path);
    if (!response) throw pathNotFound();
    if (method !== "GET" && method !== "HEAD") throw methodNotAllowed();
    return response;
  }

  /** `/` lists what there is. */
  #index(path: string): ApiResponse | undefined {
    if (path !== "/") return undefined;
    const { registry, aggregator } = this.#options;
    const groups = [...registry.catalogue.list(), ...(aggregator?.versions() ?? [])].filter(
      ({ group }) => group !== "",
    );
    const paths = [
      "/api",
      "/api/v1",
      "/apis",
      ...new Set(groups.flatMap(({ group, version }) => [`/apis/${group}`, `/apis/${group}/${version}`])),
      "/.well-known/openid-configuration",
      "/healthz",
      "/livez",
      "/metrics",
      "/openid/v1/jwks",
      "/openapi/v2",
      "/openapi/v3",
      "/readyz",
      "/version",
    ];
    return textResponse(JSON.stringify({ paths }, null, 2));
  }

  /** Below the paths of its own groups the API itself says that there is nothing; elsewhere nobody does. */
  #claims(path: string): boolean {
    const [, root, group] = path.split("/", 3);
    if (root !== "apis") return root === "api";
    return this.#options.registry.catalogue.list().some((one) => one.group === group && one.type !== undefined);
  }

  #failure({ method, path }: ApiRequest, error: unknown): ApiResponse {
    if (error instanceof ApiError) {
      return isPathNotFound(error) && !this.#claims(path) ? noSuchPath : errorResponse(error);
    }
    this.#options.log.write("error", `${method} ${path}: ${describeError(error)}`);
    return errorResponse(internalError(error instanceof Error ? error.message : String(error)));
  }
}

function run(call: Call): ApiResponse | Promise<ApiResponse> {
  const { resource, verb, subresource } = call.route;
  if (call.route.name === "" && ofOneObject.has(verb)) throw methodNotAllowed();
  if (subresource !== "" && subresource !== "status") throw pathNotFound();
  if (subresource === "status" && !resource.subresources?.includes("status")) throw pathNotFound();
  if (verb === "" || !allows(resource, verb)) throw methodNotAllowed();
  if (subresource === "status" && (verb === "create" || verb === "delete")) throw methodNotAllowed();
  representOptions(call);
  return verbs[verb](call);
}

const methods: ReadonlySet<string> = new Set(["GET", "POST", "PUT", "PATCH", "DELETE"]);

/** What is behind a proxy may understand others; a HEAD is none of the API's own. */
function checkMethod({ request, route }: Call): void {
  if (route.subresource !== "proxy" && !methods.has(request.method)) throw methodNotAllowed();
}

/** All namespaces together are listed and watched, no more; a custom resource is not even found there for the rest. */
function checkScope({ resource, namespace, name, verb }: ResourceRoute): void {
  if (!resource.namespaced || namespace !== "" || verb === "list" || verb === "watch") return;
  throw name === "" && resource.type !== undefined ? methodNotAllowed() : pathNotFound();
}

const ofOneObject: ReadonlySet<string> = new Set(["delete", "get", "patch", "update"]);

function allows({ verbs: allowed }: ResourceDefinition, verb: keyof typeof verbs): boolean {
  return allowed?.includes(verb) ?? true;
}
