import { encodeText, readAll } from "../../api/bytes.ts";
import { ApiError, unauthorized } from "../../api/status.ts";
import type { SubjectAccessReview, TokenReview } from "../../api/types.gen.ts";
import { ApiServer } from "../../apiserver/api-server.ts";
import { type Attributes, attributesOf, authorizerFrom, forbiddenTo } from "../../apiserver/auth/authorization.ts";
import { Catalogue } from "../../apiserver/catalogue.ts";
import { ComputedResources } from "../../apiserver/computed/computed-resource.ts";
import { OpenApi } from "../../apiserver/openapi/openapi.ts";
import { Registry } from "../../apiserver/registry.ts";
import type { ApiRequest, ApiResponse, UserInfo } from "../../apiserver/request.ts";
import { errorResponse } from "../../apiserver/response.ts";
import { Reviews } from "../../apiserver/reviews/review.ts";
import { parseRoute } from "../../apiserver/route.ts";
import { SubresourceHandlers } from "../../apiserver/subresources/handlers.ts";
import type { Caller, SampleApiserver, SampleApiserverBackend } from "../../images/sample-apiserver.ts";
import type { HttpRequest, HttpResponse } from "../../network/http.ts";
import { Store } from "../../storage/store.ts";
import type { World } from "../world.ts";
import { banFlunder } from "./ban-flunder.ts";
import { wardleResources } from "./flunders.ts";

const anonymous: UserInfo = { name: "system:anonymous", groups: ["system:unauthenticated"] };
const open = new Set(["/healthz", "/livez", "/readyz"]);

/** API servers that run in pods, made of the same parts as the cluster's own. What they store outlives them as long as their pod is known. */
export function sampleApiservers({ clock, random, log }: World): SampleApiserverBackend {
  const stores = new Map<string, Store>();
  return {
    start({ pod, ask }) {
      const store = stores.get(pod) ?? new Store();
      stores.set(pod, store);
      const catalogue = new Catalogue(wardleResources());
      const registry = new Registry({
        store,
        catalogue,
        clock,
        random: random.fork(`sample-apiserver ${pod}`),
        admission: [banFlunder],
        allocators: [],
      });
      const server = new ApiServer({
        registry,
        authenticator: { authenticate: async ({ user }) => user ?? anonymous },
        // Whoever comes so far has been looked at.
        authorizer: authorizerFrom(() => ({ allowed: true, reason: "" })),
        openApi: new OpenApi(catalogue),
        flowControl: { headersFor: () => ({}) },
        reviews: new Reviews([]),
        subresources: new SubresourceHandlers([]),
        computed: new ComputedResources([]),
        log,
      });
      return { answer: (request, caller) => answer({ server, catalogue, ask }, request, caller) };
    },
  };
}

interface Parts {
  readonly server: ApiServer;
  readonly catalogue: Catalogue;
  readonly ask: Parameters<SampleApiserverBackend["start"]>[0]["ask"];
}

async function answer(parts: Parts, request: HttpRequest, caller: Caller): ReturnType<SampleApiserver["answer"]> {
  const asked = apiRequest(request, await bytesOf(request));
  try {
    const user = await userOf(parts, caller);
    await authorize(parts, user, attributesOf(asked, parseRoute(asked, parts.catalogue)));
    return httpResponse(await parts.server.handle({ ...asked, user }));
  } catch (error) {
    if (error instanceof ApiError) return httpResponse(errorResponse(error));
    throw error;
  }
}

function apiRequest({ method, url, headers }: HttpRequest, body: Uint8Array): ApiRequest {
  const mark = url.indexOf("?");
  return {
    method,
    path: mark < 0 ? url : url.slice(0, mark),
    query: new URLSearchParams(mark < 0 ? "" : url.slice(mark + 1)),
    headers,
    body,
    signal: new AbortController().signal,
  };
}

async function bytesOf({ body }: HttpRequest): Promise<Uint8Array> {
  return body instanceof Uint8Array ? body : readAll(body);
}

/** Whom the API server vouches for; otherwise it is asked about tokens. */
async function userOf({ ask }: Parts, { user, token }: Caller): Promise<UserInfo> {
  if (user) return user.groups.includes("system:authenticated") ? user : withGroup(user);
  if (!token) return anonymous;
  const review = { apiVersion: "authentication.k8s.io/v1", kind: "TokenReview", spec: { token } };
  const { status } = (await ask("/apis/authentication.k8s.io/v1/tokenreviews", review)) as Partial<TokenReview>;
  if (!status?.authenticated) throw unauthorized();
  const { username = "", uid, groups = [] } = status.user ?? {};
  return { name: username, groups, ...(uid ? { uid } : {}) };
}

function withGroup(user: UserInfo): UserInfo {
  return { ...user, groups: [...user.groups, "system:authenticated"] };
}

/** Rejects with Forbidden. */
async function authorize({ ask }: Parts, user: UserInfo, attributes: Attributes): Promise<void> {
  const { path, verb, resource } = attributes;
  if (open.has(path) || user.groups.includes("system:masters")) return;
  const { group = "", plural = "", subresource = "", namespace = "", name = "" } = resource ?? {};
  const what = resource
    ? { resourceAttributes: { group, resource: plural, subresource, namespace, name, verb } }
    : { nonResourceAttributes: { path, verb } };
  const spec = { user: user.name, groups: user.groups, ...(user.uid ? { uid: user.uid } : {}), ...what };
  const review = { apiVersion: "authorization.k8s.io/v1", kind: "SubjectAccessReview", spec };
  const reviews = "/apis/authorization.k8s.io/v1/subjectaccessreviews";
  const { status } = (await ask(reviews, review)) as Partial<SubjectAccessReview>;
  if (!status?.allowed) throw forbiddenTo(user, attributes, status?.reason ?? "");
}

function httpResponse({ status, headers, body }: ApiResponse): HttpResponse {
  const flat = Object.entries(headers).map(([name, value]) => [
    name,
    typeof value === "string" ? value : value.join(", "),
  ]);
  return {
    status,
    headers: Object.fromEntries(flat) as Record<string, string>,
    body: typeof body === "string" || body instanceof Uint8Array ? body : chunksOf(body),
  };
}

async function* chunksOf(body: AsyncIterable<string | Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) yield typeof chunk === "string" ? encodeText(chunk) : chunk;
}
