import { createSecureContext, type SecureContext } from "node:tls";

import { ApiError } from "../api/status.ts";
import type { Authenticator } from "../apiserver/auth/authentication.ts";
import type { Authorizer } from "../apiserver/auth/authorization.ts";
import type { UserInfo } from "../apiserver/request.ts";
import type { Kubelet } from "../kubelet/kubelet.ts";
import { answerNodeRequest } from "../kubelet/node-api.ts";
import { httpListener } from "../network/http-listener.ts";
import type { HttpRequest, HttpResponse } from "../network/http.ts";
import type { Network } from "../network/network.ts";
import { securedServer } from "../network/secured-server.ts";
import type { Clock } from "../sim/clock.ts";
import type { Trust } from "./trust.ts";

/** Who tells a kubelet whom it may answer. */
export interface Gate {
  readonly authenticator: Authenticator;
  readonly authorizer: Authorizer;
}

export interface KubeletDoorOptions {
  readonly network: Network;
  readonly clock: Clock;
  readonly trust: Trust;
  readonly gate: Gate;
}

const kubeletPort = 10_250;

/**
 * Serves a kubelet's own API on its node, to whoever has a token that the API server believes and may ask about nodes.
 * Its certificate is made for the first who comes. Returns how to close it.
 * https://kubernetes.io/docs/reference/access-authn-authz/kubelet-authn-authz/
 */
export function openKubeletDoor(kubelet: Kubelet, options: KubeletDoorOptions): () => void {
  const { network, clock, trust } = options;
  const { ip, name } = kubelet.context;
  const listener = httpListener((request) => answer(kubelet, request, options), clock);
  let context: Promise<SecureContext> | undefined;
  return network.listen(
    { ip, port: kubeletPort },
    {
      async accept(connection, remote) {
        context ??= secureContext(trust, clock, [name, ip]);
        listener.accept(securedServer(connection, await context), remote);
      },
    },
  );
}

/** Making keys takes time of this machine's, in which the cluster's stands still. */
async function secureContext(trust: Trust, clock: Clock, names: readonly string[]): Promise<SecureContext> {
  const release = clock.hold();
  try {
    const authority = await trust.authority();
    const { certPem, keyPem } = await authority.issueServer(names);
    return createSecureContext({ cert: certPem, key: keyPem });
  } finally {
    release();
  }
}

async function answer(
  kubelet: Kubelet,
  request: HttpRequest,
  { clock, gate }: KubeletDoorOptions,
): Promise<HttpResponse> {
  const user = await userOf(request, gate);
  if (!user) return { status: 401, headers: {}, body: "Unauthorized" };
  const attributes = attributesOf(kubelet.context.name, request);
  if (!gate.authorizer.allows(user, attributes)) {
    const { verb, resource } = attributes;
    const asked = `verb=${verb}, resource=nodes, subresource(s)=[${resource.subresource}]`;
    return { status: 403, headers: {}, body: `Forbidden (user=${user.name}, ${asked})\n` };
  }
  return answerNodeRequest(kubelet, request, clock);
}

/** undefined: nobody in particular, whom kubelets do not answer. */
async function userOf({ method, url, headers }: HttpRequest, { authenticator }: Gate): Promise<UserInfo | undefined> {
  const { pathname, searchParams } = new URL(url, "http://kubelet");
  const signal = new AbortController().signal;
  try {
    const user = await authenticator.authenticate({
      method,
      path: pathname,
      query: searchParams,
      headers: { authorization: headers["authorization"] },
      body: new Uint8Array(),
      signal,
    });
    return user.name === "system:anonymous" ? undefined : user;
  } catch (error) {
    if (error instanceof ApiError) return undefined;
    throw error;
  }
}

const verbs: Readonly<Record<string, string>> = { POST: "create", PUT: "update", PATCH: "patch", DELETE: "delete" };
const parts: Readonly<Record<string, string>> = { stats: "stats", metrics: "metrics", logs: "log", spec: "spec" };

function attributesOf(node: string, { method, url }: HttpRequest): { verb: string; path: string; resource: NodePart } {
  const { pathname } = new URL(url, "http://kubelet");
  const subresource = parts[pathname.split("/")[1] ?? ""] ?? "proxy";
  const resource = { group: "", plural: "nodes", subresource, namespace: "", name: node };
  return { verb: verbs[method] ?? "get", path: pathname, resource };
}

type NodePart = { group: string; plural: string; subresource: string; namespace: string; name: string };
