import { connect } from "node:tls";

import { decodeText, encodeText, readAll } from "../api/bytes.ts";
import { httpExchange } from "../network/http-client.ts";
import type { HttpResponse } from "../network/http.ts";
import { NetworkError } from "../network/network.ts";
import type { Process, ProcessNetwork } from "../runtime/process.ts";

const account = "/var/run/secrets/kubernetes.io/serviceaccount";

/** What a pod's service account lets it ask of the API server. */
export interface InClusterClient {
  readonly authorization: string;
  /** Of the API server's, or of a whole URL that it answers for. Rejects with NetworkError. */
  get(pathOrUrl: string): Promise<ApiAnswer>;
  /** JSON. Rejects with NetworkError. */
  post(path: string, body: object): Promise<ApiAnswer>;
}

export interface ApiAnswer {
  readonly status: number;
  readonly body: string;
}

/** Where a pod has no service account, what client-go says of it. */
export function inClusterClient(process: Process): InClusterClient | string {
  const { env, files, network } = process;
  const [host, port] = [env.get("KUBERNETES_SERVICE_HOST"), env.get("KUBERNETES_SERVICE_PORT")];
  if (!host || !port) {
    return "unable to load in-cluster configuration, KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT must be defined";
  }
  if (!files.exists(`${account}/token`)) return `open ${account}/token: no such file or directory`;
  const token = (): string => files.readText(`${account}/token`).trim();
  const ask = async (method: string, pathOrUrl: string, body: Uint8Array): Promise<ApiAnswer> => {
    const url = new URL(pathOrUrl, `https://${host}:${port}`);
    const isPath = pathOrUrl.startsWith("/");
    const ca = files.exists(`${account}/ca.crt`) ? files.readText(`${account}/ca.crt`) : "";
    const ip = isPath ? host : await addressOf(url.hostname, network);
    const connection = await network.dial({ ip, port: Number(url.port || "443") });
    const names = isPath ? { servername: "", checkServerIdentity: () => undefined } : { servername: url.hostname };
    const socket = connect({ socket: connection, ca, host: url.hostname, ...names });
    const content = { "content-type": "application/json", "content-length": String(body.length) };
    const headers = {
      host: url.host,
      authorization: `Bearer ${token()}`,
      accept: "application/json",
      connection: "close",
      ...(body.length > 0 ? content : {}),
    };
    try {
      const exchange = httpExchange(socket, { method, url: url.pathname + url.search, headers, body });
      const response = await process.waitFor(exchange, () => connection.destroy());
      return { status: response.status, body: await textOf(response.body) };
    } catch (error) {
      if (error instanceof NetworkError) throw error;
      throw new NetworkError("ECONNRESET", error instanceof Error ? error.message : String(error));
    }
  };
  return {
    get authorization() {
      return `Bearer ${token()}`;
    },
    get: (path) => ask("GET", path, new Uint8Array()),
    post: (path, body) => ask("POST", path, encodeText(JSON.stringify(body))),
  };
}

async function addressOf(name: string, network: ProcessNetwork): Promise<string> {
  const [ip] = await network.lookup(name);
  if (ip !== undefined) return ip;
  throw new NetworkError("EHOSTUNREACH", `dial tcp: lookup ${name}: no such host`);
}

async function textOf(body: HttpResponse["body"]): Promise<string> {
  if (typeof body === "string") return body;
  return decodeText(body instanceof Uint8Array ? body : await readAll(body));
}
