import type { Duplex } from "node:stream";
import { createSecureContext, type SecureContext, TLSSocket } from "node:tls";

import { httpListener } from "../network/http-listener.ts";
import type { HttpHandler, HttpRequest, HttpResponse } from "../network/http.ts";
import type { Address } from "../network/network.ts";
import type { Image } from "../runtime/image.ts";
import type { Process } from "../runtime/process.ts";
import { nginxLocalTime } from "./nginx/time.ts";
import { fakeIngressCertificate } from "./self-signed.ts";
import type { KeyPair } from "./serve-tls.ts";
import { serverNameOf } from "./server-name.ts";
import { tell } from "./tell.ts";

const httpPort = 80;
const httpsPort = 443;
const healthPort = 10_254;
const controller = "/nginx-ingress-controller";
const addressFlag = "--publish-status-address=";

/** What the cluster gives its ingress-nginx pods: the answers, and an ear for which pods give them. */
export interface IngressBackend {
  answer(incoming: {
    readonly request: HttpRequest;
    readonly scheme: "http" | "https";
    dial(to: Address, signal: AbortSignal): Promise<Duplex>;
  }): Promise<{
    readonly response: HttpResponse;
    readonly upstreamName: string;
    readonly upstream: Address | undefined;
    readonly requestId: string;
  }>;
  certificateFor(name: string): KeyPair | undefined;
  serving(address: string): () => void;
}

/** The ingress-nginx controller: HTTP on 80, HTTPS on 443, health on 10254. Its own metrics and webhook are not simulated. */
export function ingressNginx(backend: IngressBackend): Image {
  return {
    names: ["registry.k8s.io/ingress-nginx/controller"],
    base: "alpine",
    entrypoint: ["/usr/bin/dumb-init", "--"],
    command: [controller],
    ports: [httpPort, httpsPort],
    sizeMiB: 97,
    user: { uid: 101, gid: 82, name: "www-data", home: "/home/www-data" },
    programs: {
      "/usr/bin/dumb-init": (process) => process.become(process.argv.slice(process.argv[1] === "--" ? 2 : 1)),
      [controller]: (process) => serve(process, backend),
    },
  };
}

async function serve(process: Process, backend: IngressBackend): Promise<number> {
  const { network } = process;
  network.serveHttp(httpPort, answering(process, backend, "http"));
  const secure = httpListener(answering(process, backend, "https"), process.clock);
  network.serveTcp(httpsPort, (connection, remote) => {
    void secured(connection, process, backend).then((socket) => secure.accept(socket, remote));
  });
  network.serveHttp(healthPort, ({ url }) => {
    const isHealthy = url.startsWith("/healthz");
    return {
      status: isHealthy ? 200 : 404,
      headers: { "content-type": "text/plain" },
      body: isHealthy ? "ok" : "404 page not found\n",
    };
  });
  await process.print(banner);
  const address = process.argv.find((word) => word.startsWith(addressFlag))?.slice(addressFlag.length) ?? network.ip;
  const gone = backend.serving(address);
  try {
    await process.terminated;
    return 0;
  } finally {
    gone();
  }
}

const line = "-".repeat(79);
const banner = `${line}
NGINX Ingress controller
  Release:       v1.12.0 (simulated)
  Repository:    https://github.com/kubernetes/ingress-nginx
  nginx version: nginx/1.25.5

${line}

`;

function answering(process: Process, backend: IngressBackend, scheme: "http" | "https"): HttpHandler {
  return async (request) => {
    const start = process.clock.now();
    const dial = (to: Address, signal: AbortSignal): Promise<Duplex> => process.network.dial(to, signal);
    const reply = await backend.answer({ request, scheme, dial });
    await process.print(accessLine(request, reply, { start, end: process.clock.now() }));
    return reply.response;
  };
}

type Reply = Awaited<ReturnType<IngressBackend["answer"]>>;

/** In the controller's own format, `upstreaminfo`. */
function accessLine(
  { method, url, headers, remote }: HttpRequest,
  { response, upstreamName, upstream, requestId }: Reply,
  { start, end }: { start: number; end: number },
): string {
  const seconds = ((end - start) / 1000).toFixed(3);
  const length =
    response.headers["content-length"] ?? (typeof response.body === "string" ? Buffer.byteLength(response.body) : 0);
  const upstreamPart = upstream ? `${upstream.ip}:${upstream.port} ${length} ${seconds} ${response.status}` : "- - - -";
  const quoted = [`${method} ${url} HTTP/1.1`, headers["referer"] ?? "-", headers["user-agent"] ?? "-"].map(
    (text) => `"${text}"`,
  );
  const [what, referer, agent] = quoted;
  return `${remote?.ip ?? "-"} - - [${nginxLocalTime(start)}] ${what} ${response.status} ${length} ${referer} ${agent} ${url.length} ${seconds} [${upstreamName}] [] ${upstreamPart} ${requestId}\n`;
}

/** By the name that the client asks for; the certificates are read anew for each connection. */
async function secured(connection: Duplex, process: Process, backend: IngressBackend): Promise<Duplex> {
  const name = await serverNameOf(connection);
  const own = name === undefined ? undefined : ownContext(name, process, backend);
  const secureContext = own ?? contextFor(await fakeIngressCertificate());
  const socket = new TLSSocket(connection, { isServer: true, secureContext, ALPNProtocols: ["http/1.1"] });
  // A client that speaks no TLS, or refuses our certificate, ends its own connection only.
  socket.on("error", () => connection.destroy());
  return socket;
}

/** undefined: there is none, or it is none; the API server looks into no Secret. */
function ownContext(name: string, process: Process, backend: IngressBackend): SecureContext | undefined {
  const pair = backend.certificateFor(name);
  if (!pair) return undefined;
  try {
    return contextFor(pair);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    tell(process.stderr, `Unexpected error validating SSL certificate for server "${name}": ${why}\n`);
    return undefined;
  }
}

const contexts = new Map<string, SecureContext>();

function contextFor({ cert, key }: KeyPair): SecureContext {
  let context = contexts.get(cert);
  if (!context) {
    context = createSecureContext({ cert, key });
    contexts.set(cert, context);
  }
  return context;
}
