import { readAll } from "../../api/bytes.ts";
import type { ServiceReference } from "../../api/types.gen.ts";
import type { NodeAgents } from "../../client/node-agents.ts";
import { httpExchange, type OutgoingRequest } from "../../network/http-client.ts";
import type { HttpResponse } from "../../network/http.ts";
import type { Credentials } from "../auth/certificates.ts";
import type { Registry } from "../registry.ts";
import type { UserInfo } from "../request.ts";
import { CallError } from "../webhook/call-error.ts";
import { dialProblem } from "../webhook/dial-problem.ts";
import { secureConnection } from "../webhook/secure-connection.ts";
import { serviceEndpoint } from "../webhook/service-endpoint.ts";

/** How aggregated API servers are reached. */
export interface RemoteParts {
  readonly agents: NodeAgents;
  readonly registry: Registry;
  /** The certificate by which they know that it is the API server who tells them of users. */
  readonly identity?: () => Promise<Credentials>;
}

/** Who is asked, and how far they are believed. */
export interface RemoteTarget {
  readonly service: ServiceReference;
  /** PEM. */
  readonly authorities: string;
  readonly insecure: boolean;
}

/**
 * One HTTPS exchange with a ready pod of a Service. Rejects with CallError, worded as Go words what came in between.
 * https://kubernetes.io/docs/tasks/extend-kubernetes/configure-aggregation-layer/
 */
export async function remoteRequest(
  { agents, registry, identity }: RemoteParts,
  { service, authorities, insecure }: RemoteTarget,
  request: OutgoingRequest,
  signal: AbortSignal,
): Promise<HttpResponse> {
  const { pod, port, asked } = serviceEndpoint(registry, service);
  try {
    const credentials = await identity?.();
    const connection = await agents.portForward(pod, port);
    signal.addEventListener("abort", () => connection.destroy(), { once: true });
    const host = `${service.name}.${service.namespace}.svc`;
    const trusting = { host, authorities, insecure, ...(credentials ? { credentials } : {}) };
    const socket = await secureConnection(connection, trusting).catch((error: unknown) => {
      connection.destroy();
      throw error;
    });
    const headers = { ...request.headers, host: asked, connection: "close" };
    return await httpExchange(socket, { ...request, headers }, signal);
  } catch (error) {
    throw error instanceof CallError ? error : new CallError(dialProblem(error, asked));
  }
}

/** https://kubernetes.io/docs/reference/access-authn-authz/authentication/#authenticating-proxy */
export function userHeaders({ name, groups, extra = {} }: UserInfo): OutgoingRequest["headers"] {
  const extras = Object.entries(extra).map(([key, values]) => [
    `x-remote-extra-${encodeURIComponent(key.toLowerCase())}`,
    values,
  ]);
  return { "x-remote-user": name, "x-remote-group": groups, ...Object.fromEntries(extras) };
}

export async function wholeBody({ body }: HttpResponse): Promise<string | Uint8Array> {
  return typeof body === "string" || body instanceof Uint8Array ? body : readAll(body);
}
