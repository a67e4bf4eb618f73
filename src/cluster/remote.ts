import type { Duplex } from "node:stream";

import { decodeText, readAll } from "../api/bytes.ts";
import { ApiError } from "../api/status.ts";
import type { Status } from "../api/types.gen.ts";
import { parseYaml } from "../api/yaml.ts";
import { httpsTransport } from "../client/https-transport.ts";
import { type KubeconfigDocument, transportTarget } from "../client/transport-target.ts";
import type { TransportResponse } from "../client/transport.ts";
import type { Fault } from "../faults/fault.ts";
import type { Flow } from "../flows/flow.ts";
import { isNetworkErrorCode, NetworkError } from "../network/network.ts";
import type { Explanation } from "../scheduler/explanation.ts";
import type { Diagnosis } from "../why/diagnosis.ts";
import { extensionPrefix } from "./extension.ts";
import type { ServiceAddress } from "./service-addresses.ts";

/** A running cluster of another process, reached as kubectl reaches it. What it refuses rejects with its own words. */
export interface RemoteCluster {
  /** The latest flows, and with `follow` those to come, until the reader leaves. */
  flows(options?: { readonly follow?: boolean }): AsyncIterable<Flow>;
  why(from: string, url: string): Promise<Diagnosis>;
  whyPod(namespace: string, name: string): Promise<Explanation>;
  faults(): Promise<readonly Fault[]>;
  serviceAddresses(namespace: string, name: string): Promise<readonly ServiceAddress[]>;
  /** A connection to a name or an address inside the cluster. */
  dial(host: string, port: number): Promise<Duplex>;
  close(): void;
}

/** `kubeconfig` is YAML text; file names in it are relative to `directory`. */
export function connectCluster(
  kubeconfig: string,
  options: { directory?: string; context?: string } = {},
): RemoteCluster {
  const document = (parseYaml(kubeconfig) ?? {}) as KubeconfigDocument;
  const transport = httpsTransport(transportTarget(document, options));
  const get = (path: string): Promise<TransportResponse> =>
    transport.request({ method: "GET", path: `${extensionPrefix}${path}` }).then(checked);
  const getJson = async <T>(path: string): Promise<T> =>
    JSON.parse(decodeText(await readAll((await get(path)).body))) as T;
  return {
    async *flows({ follow = false } = {}) {
      const { body } = await get(`flows${follow ? "?follow=true" : ""}`);
      for await (const line of linesOf(body)) yield JSON.parse(line) as Flow;
    },
    why: (from, url) => getJson(`why?${new URLSearchParams({ from, url }).toString()}`),
    whyPod: (namespace, name) => getJson(`scheduling/${encodeURIComponent(namespace)}/${encodeURIComponent(name)}`),
    faults: () => getJson("faults"),
    serviceAddresses: (namespace, name) =>
      getJson(`services/${encodeURIComponent(namespace)}/${encodeURIComponent(name)}`),
    dial: (host, port) =>
      transport.openPort(`${extensionPrefix}pods/${encodeURIComponent(host)}`, port).catch(withItsCode),
    close: () => transport.close(),
  };
}

/** What went wrong in the cluster's network is the same here. */
function withItsCode(error: unknown): never {
  const { status, message } = error instanceof ApiError ? error : { status: undefined, message: "" };
  const reason = status?.details?.causes?.[0]?.reason;
  throw isNetworkErrorCode(reason) ? new NetworkError(reason, message) : error;
}

async function checked(response: TransportResponse): Promise<TransportResponse> {
  if (response.status < 300) return response;
  const text = decodeText(await readAll(response.body));
  const status = (text.startsWith("{") ? JSON.parse(text) : {}) as Partial<Status>;
  const missing = response.status === 404 && status.message === undefined;
  throw new Error(
    missing ? "this server is no picokube" : (status.message ?? `the server answered ${response.status}`),
  );
}

async function* linesOf(body: TransportResponse["body"]): AsyncGenerator<string> {
  let rest = "";
  for await (const chunk of body) {
    const lines = (rest + decodeText(chunk)).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
}
