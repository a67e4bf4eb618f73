import { createServer, type TLSSocket } from "node:tls";

import { httpListener } from "../network/http-listener.ts";
import type { HttpRequest, HttpResponse } from "../network/http.ts";
import { NetworkError } from "../network/network.ts";
import type { Image } from "../runtime/image.ts";
import type { Process } from "../runtime/process.ts";
import { readKeyPair } from "./agnhost/key-pair.ts";
import { FlagError, parseFlags } from "./go/flags.ts";
import { klogLine } from "./go/log.ts";
import { type InClusterClient, inClusterClient } from "./in-cluster.ts";
import { localhostCertificate } from "./self-signed.ts";
import type { KeyPair } from "./serve-tls.ts";

/** Who asks, as far as the connection and the headers prove it. */
export interface Caller {
  readonly user?: {
    readonly name: string;
    readonly groups: readonly string[];
    readonly extra?: Readonly<Record<string, readonly string[]>>;
  };
  readonly token?: string;
}

export interface SampleApiserver {
  answer(request: HttpRequest, caller: Caller): Promise<HttpResponse>;
}

/** What the cluster gives its sample-apiserver pods: an API server each. */
export interface SampleApiserverBackend {
  start(options: {
    /** `namespace/name`. */
    readonly pod: string;
    /** POSTs to the cluster's API server. Rejects with NetworkError. */
    ask(path: string, body: object): Promise<object>;
  }): SampleApiserver;
}

const program = "/kube-sample-apiserver";
const etcdAttempts = 20;
const defaults = {
  "etcd-servers": "http://localhost:2379",
  "tls-cert-file": "",
  "tls-private-key-file": "",
  "secure-port": 443,
  "audit-log-path": "",
  "audit-log-maxage": 0,
  "audit-log-maxbackup": 0,
  "feature-gates": "",
  v: "0",
};

/** Kubernetes' example of an API server that is aggregated: Flunders and Fischers. It writes no audit log. */
export function sampleApiserver(backend: SampleApiserverBackend): Image {
  return {
    names: ["registry.k8s.io/e2e-test-images/sample-apiserver"],
    base: "none",
    entrypoint: [program],
    ports: [443],
    sizeMiB: 22,
    programs: { [program]: (process) => run(process, backend) },
  };
}

async function run(process: Process, backend: SampleApiserverBackend): Promise<number> {
  try {
    const { flags } = parseFlags(process.argv.slice(1), defaults);
    const client = inClusterClient(process);
    if (typeof client === "string") return await fatal(process, client);
    const authentication = await authenticationFrom(client);
    if (typeof authentication === "string") return await fatal(process, authentication);
    const pair = flags["tls-cert-file"]
      ? await readKeyPair(process, flags["tls-cert-file"], flags["tls-private-key-file"])
      : await process.waitFor(localhostCertificate());
    if (typeof pair === "string") return await fatal(process, pair);
    if (!(await isReachable(process, flags["etcd-servers"]))) return await fatal(process, "context deadline exceeded");
    const { namespace, name } = process.container.pod;
    const server = backend.start({ pod: `${namespace}/${name}`, ask: (path, body) => posted(client, path, body) });
    serve(process, flags["secure-port"], { pair, authentication, server });
    await process.warn(klogLine(process, "secure_serving.go:213", `Serving securely on [::]:${flags["secure-port"]}`));
    await process.terminated;
    return 0;
  } catch (error) {
    if (error instanceof FlagError || error instanceof NetworkError) return fatal(process, error.message);
    throw error;
  }
}

async function fatal(process: Process, why: string): Promise<number> {
  await process.warn(
    klogLine(process, "main.go:31", `"Error running server" err=${JSON.stringify(why)}`).replace(/^I/u, "E"),
  );
  return 1;
}

/** Whose certificates prove what. */
interface Authentication {
  readonly authorities: string;
  /** Those who may speak for others. */
  readonly proxies: readonly string[];
}

const configMap = "/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication";

/** A text says why there is none. */
async function authenticationFrom(client: InClusterClient): Promise<Authentication | string> {
  const { status, body } = await client.get(configMap);
  const answer = JSON.parse(body) as { message?: string; data?: Record<string, string> };
  if (status !== 200) {
    return `unable to load configmap based request-header-client-ca-file: ${answer.message ?? String(status)}`;
  }
  const { data = {} } = answer;
  return {
    authorities: [data["requestheader-client-ca-file"], data["client-ca-file"]].join("\n"),
    proxies: JSON.parse(data["requestheader-allowed-names"] ?? "[]") as string[],
  };
}

async function posted(client: InClusterClient, path: string, body: object): Promise<object> {
  const answer = await client.post(path, body);
  return JSON.parse(answer.body) as object;
}

/** It may start later than this server. */
async function isReachable(process: Process, servers: string): Promise<boolean> {
  const { hostname, port } = new URL(servers.split(",", 1)[0] ?? "");
  const ip = hostname === "localhost" ? "127.0.0.1" : hostname;
  for (let attempt = 0; attempt < etcdAttempts; attempt++) {
    try {
      (await process.network.dial({ ip, port: Number(port || 80) })).destroy();
      return true;
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error;
      await process.sleep(1000);
    }
  }
  return false;
}

interface Serving {
  readonly pair: KeyPair;
  readonly authentication: Authentication;
  readonly server: SampleApiserver;
}

function serve(process: Process, port: number, { pair, authentication, server }: Serving): void {
  const options = { ...pair, ca: authentication.authorities, requestCert: true, rejectUnauthorized: false };
  const secure = createServer({ ...options, ALPNProtocols: ["http/1.1"] }, (socket) => {
    const handler = (request: HttpRequest): Promise<HttpResponse> =>
      server.answer(request, callerOf(request, socket, authentication));
    httpListener(handler, process.clock).accept(socket, { ip: "", port: 0 });
  });
  // Who speaks no TLS, or refuses our certificate, ends its own connection only.
  secure.on("tlsClientError", (_, socket) => socket.destroy());
  process.network.serveTcp(port, (connection) => secure.emit("connection", connection));
}

function callerOf({ headers }: HttpRequest, socket: TLSSocket, { proxies }: Authentication): Caller {
  const own = socket.authorized ? nameOf(socket) : undefined;
  const said = headers["x-remote-user"];
  if (own !== undefined && said !== undefined && proxies.includes(own.name)) {
    return { user: { name: said, groups: listOf(headers["x-remote-group"]), extra: extraOf(headers) } };
  }
  if (own !== undefined) return { user: own };
  const [, token] = /^bearer +(\S+)$/iu.exec(headers["authorization"] ?? "") ?? [];
  return token === undefined ? {} : { token };
}

function nameOf(socket: TLSSocket): { name: string; groups: readonly string[] } | undefined {
  // Node's types leave out that names may repeat.
  const subject = socket.getPeerCertificate().subject as unknown as Record<string, string | string[] | undefined>;
  const [name] = [subject["CN"] ?? []].flat();
  return name === undefined ? undefined : { name, groups: [subject["O"] ?? []].flat() };
}

function extraOf(headers: HttpRequest["headers"]): Record<string, readonly string[]> {
  const prefix = "x-remote-extra-";
  const extras = Object.entries(headers).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(
    extras.map(([name, value]) => [decodeURIComponent(name.slice(prefix.length)), listOf(value)]),
  );
}

/** Several lines of a header come as one. */
function listOf(value = ""): readonly string[] {
  return value.split(", ").filter(Boolean);
}
