import type { ClientRequest, IncomingMessage } from "node:http";
import { request as httpsRequest, type RequestOptions } from "node:https";

import { createCertificateAuthority, type Credentials } from "../../src/apiserver/auth/certificates.ts";
import { type Kubeconfig, kubeconfigFor } from "../../src/apiserver/auth/kubeconfig.ts";
import { serveHttps } from "../../src/apiserver/http.ts";
import type { ApiRequest, ApiResponse, RequestHandler, Session } from "../../src/apiserver/request.ts";
import type { LogLevel } from "../../src/sim/log.ts";
import { Random } from "../../src/sim/random.ts";
import { RealClock } from "../../src/sim/real-clock.ts";

/** A handler on the loopback, over real TLS. */
export interface TestServer {
  readonly port: number;
  readonly url: string;
  readonly caPem: string;
  readonly admin: Credentials;
  readonly kubeconfig: Kubeconfig;
  /** What was logged, `error` first of all: a test that expects none checks it. */
  readonly logged: readonly (readonly [LogLevel, string])[];
  errors(): readonly string[];
  close(): Promise<void>;
}

/** A RequestHandler of which a test needs only a part. */
export interface TestHandler {
  handle?(request: ApiRequest): ApiResponse | Promise<ApiResponse>;
  open?(request: ApiRequest): Session | Promise<Session>;
}

const authority = await createCertificateAuthority(Date.now());
const server = await authority.issueServer();
const admin = await authority.issueClient("kubernetes-admin", ["kubeadm:cluster-admins", "system:masters"]);

export async function startTestServer(handler: TestHandler): Promise<TestServer> {
  const logged: [LogLevel, string][] = [];
  const { port, url, close } = await serveHttps(completed(handler), {
    host: "127.0.0.1",
    port: 0,
    credentials: server,
    clientCaPem: authority.caPem,
    clock: new RealClock(),
    random: new Random(1),
    log: { write: (level, message) => logged.push([level, message]) },
  });
  return {
    port,
    url,
    close,
    admin,
    logged,
    caPem: authority.caPem,
    errors: () => logged.filter(([level]) => level === "error").map(([, message]) => message),
    kubeconfig: kubeconfigFor({ name: "test", server: url, caPem: authority.caPem, credentials: admin }),
  };
}

/** One request as the admin; `options` may name another client. Resolves with the response's head. */
export function send(
  { port, caPem, admin: { certPem, keyPem } }: TestServer,
  options: RequestOptions,
  body: string | Uint8Array = "",
): Promise<{ response: IncomingMessage; request: ClientRequest }> {
  return new Promise((resolve, reject) => {
    const tls = { ca: caPem, cert: certPem, key: keyPem };
    const request = httpsRequest({ host: "127.0.0.1", port, agent: false, ...tls, ...options }, (response) =>
      resolve({ response, request }),
    );
    request.on("error", reject);
    // Node leaves it out for some methods.
    if (body.length > 0) request.setHeader("Content-Length", Buffer.byteLength(body));
    request.end(body);
  });
}

/** One exchange to its end. */
export async function exchange(
  target: TestServer,
  options: RequestOptions,
  body?: string | Uint8Array,
): Promise<{ status: number; headers: IncomingMessage["headers"]; body: Buffer }> {
  const { response } = await send(target, options, body);
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return { status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) };
}

/** What a handler leaves out is answered 404. */
export function completed({ handle, open }: TestHandler): RequestHandler {
  return {
    handle: async (request) => handle?.(request) ?? { status: 404, headers: {}, body: "" },
    open: async (request) => {
      if (!open) throw new Error("this test opens no session");
      return open(request);
    },
  };
}
