import { connect } from "node:tls";

import { decodeText, readAll } from "../api/bytes.ts";
import { httpExchange } from "../network/http-client.ts";
import { NetworkError } from "../network/network.ts";
import type { Process, ProcessNetwork } from "../runtime/process.ts";

const account = "/var/run/secrets/kubernetes.io/serviceaccount";

/** What a pod's service account lets it ask of the API server. */
export interface InClusterClient {
  readonly authorization: string;
  /** Of the API server's, or of a whole URL that it answers for. Rejects with NetworkError. */
  get(pathOrUrl: string): Promise<{ readonly status: number; readonly body: string }>;
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
  return {
    get authorization() {
      return `Bearer ${token()}`;
    },
    async get(pathOrUrl) {
      const url = new URL(pathOrUrl, `https://${host}:${port}`);
      const isPath = pathOrUrl.startsWith("/");
      const ca = files.exists(`${account}/ca.crt`) ? files.readText(`${account}/ca.crt`) : "";
      const ip = isPath ? host : await addressOf(url.hostname, network);
      const connection = await network.dial({ ip, port: Number(url.port || "443") });
      const names = isPath ? { servername: "", checkServerIdentity: () => undefined } : { servername: url.hostname };
      const socket = connect({ socket: connection, ca, host: url.hostname, ...names });
      const headers = {
        host: url.host,
        authorization: `Bearer ${token()}`,
        accept: "application/json",
        connection: "close",
      };
      try {
        const exchange = httpExchange(socket, {
          method: "GET",
          url: url.pathname + url.search,
          headers,
          body: new Uint8Array(),
        });
        const { status, body } = await process.waitFor(exchange, () => connection.destroy());
        const text =
          typeof body === "string" ? body : decodeText(body instanceof Uint8Array ? body : await readAll(body));
        return { status, body: text };
      } catch (error) {
        if (error instanceof NetworkError) throw error;
        throw new NetworkError("ECONNRESET", error instanceof Error ? error.message : String(error));
      }
    },
  };
}

async function addressOf(name: string, network: ProcessNetwork): Promise<string> {
  const [ip] = await network.lookup(name);
  if (ip !== undefined) return ip;
  throw new NetworkError("EHOSTUNREACH", `dial tcp: lookup ${name}: no such host`);
}
