import { connect } from "node:tls";

import { decodeText, readAll } from "../api/bytes.ts";
import { httpExchange } from "../network/http-client.ts";
import { NetworkError } from "../network/network.ts";
import type { Process } from "../runtime/process.ts";

const account = "/var/run/secrets/kubernetes.io/serviceaccount";

/** What a pod's service account lets it ask of the API server. */
export interface InClusterClient {
  readonly authorization: string;
  /** Of the API server, or of another host with the same authority. Rejects with NetworkError. */
  get(path: string, at?: { readonly ip: string; readonly port: number }): Promise<InClusterReply>;
}

export interface InClusterReply {
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
  return {
    get authorization() {
      return `Bearer ${token()}`;
    },
    async get(path, at = { ip: host, port: Number(port) }) {
      const ca = files.exists(`${account}/ca.crt`) ? files.readText(`${account}/ca.crt`) : "";
      const connection = await network.dial(at);
      const socket = connect({ socket: connection, ca, host, servername: "", checkServerIdentity: () => undefined });
      const headers = { host, authorization: `Bearer ${token()}`, accept: "application/json", connection: "close" };
      try {
        const exchange = httpExchange(socket, { method: "GET", url: path, headers, body: new Uint8Array() });
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
