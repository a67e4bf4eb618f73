import type { Duplex } from "node:stream";

import { badRequest, methodNotAllowed, notFound, pathNotFound, serviceUnavailable } from "../api/status.ts";
import type { ApiExtension } from "../apiserver/extension.ts";
import { PushStream } from "../apiserver/push-stream.ts";
import type { ApiRequest, ApiResponse } from "../apiserver/request.ts";
import { jsonResponse } from "../apiserver/response.ts";
import type { Faults } from "../faults/faults.ts";
import type { FlowLog } from "../flows/flow-log.ts";
import type { Flow } from "../flows/flow.ts";
import { NetworkError } from "../network/network.ts";
import type { Explanation } from "../scheduler/explanation.ts";
import type { Diagnosis } from "../why/diagnosis.ts";
import type { ServiceAddress } from "./service-addresses.ts";

/** The paths of picokube's own: below `/picokube/`. */
export const extensionPrefix = "/picokube/";

export interface ExtensionParts {
  readonly flows: FlowLog;
  readonly faults: Faults;
  why(from: string, url: string): Diagnosis;
  /** undefined: there is no such pod. */
  whyPod(namespace: string, name: string): Explanation | undefined;
  /** undefined: there is no such Service. */
  serviceAddresses(namespace: string, name: string): readonly ServiceAddress[] | undefined;
  /** A connection from this machine to a name or address in the cluster. */
  dial(host: string, port: number): Promise<Duplex>;
}

/** How commands in another process ask a running cluster for what Kubernetes has no words for. */
export function clusterExtension(parts: ExtensionParts): ApiExtension {
  return {
    prefix: extensionPrefix,
    handle(request) {
      if (request.method !== "GET" && request.method !== "HEAD") throw methodNotAllowed();
      const [what, ...rest] = request.path.slice(extensionPrefix.length).split("/");
      switch (what) {
        case "flows":
          return flowsResponse(parts.flows, request);
        case "why":
          return jsonResponse(diagnosisFor(request, parts));
        case "scheduling":
          return schedulingResponse(rest, parts);
        case "faults":
          return jsonResponse(parts.faults.list());
        case "services":
          return servicesResponse(rest, parts);
        default:
          throw pathNotFound();
      }
    },
    /** `…/pods/HOST/portforward`: kubectl's protocol, to any name or address. */
    async open({ path, query }) {
      const host = /^\/picokube\/pods\/([^/]+)\/portforward$/u.exec(path)?.[1];
      if (host === undefined) throw pathNotFound();
      const ports = query.getAll("ports").map(Number);
      const dial = (port: number): Promise<Duplex> => parts.dial(decodeURIComponent(host), port);
      // Whoever asks learns at once when there is no way.
      let dialled: Duplex | undefined = await dial(ports[0] ?? 0).catch(unreachable);
      const next = (port: number): Promise<Duplex> => {
        const first = dialled;
        dialled = undefined;
        return first ? Promise.resolve(first) : dial(port);
      };
      return { kind: "portforward", ports, dial: next };
    },
  };
}

function unreachable(error: unknown): never {
  if (!(error instanceof NetworkError)) throw error;
  const { code: reason, message } = error;
  throw serviceUnavailable(message, { causes: [{ reason, message }] });
}

function flowsResponse(flows: FlowLog, { query, signal }: ApiRequest): ApiResponse {
  const headers = { "content-type": "application/x-ndjson" };
  const known = flows.list().map(lineOf);
  if (query.get("follow") !== "true") return { status: 200, headers, body: known.join("") };
  const stream = new PushStream<string>(() => stop());
  for (const line of known) stream.push(line);
  const stop = flows.follow((flow) => stream.push(lineOf(flow)));
  signal.addEventListener("abort", () => stream.end());
  return { status: 200, headers, body: stream };
}

function lineOf(flow: Flow): string {
  return `${JSON.stringify(flow)}\n`;
}

function diagnosisFor({ query }: ApiRequest, parts: ExtensionParts): Diagnosis {
  const from = query.get("from");
  const url = query.get("url");
  if (!from || !url) throw badRequest("why needs a pod (from) and a URL (url)");
  try {
    return parts.why(from, url);
  } catch (error) {
    throw error instanceof Error ? badRequest(error.message) : error;
  }
}

function schedulingResponse([namespace = "", name = ""]: readonly string[], parts: ExtensionParts): ApiResponse {
  const explanation = parts.whyPod(decodeURIComponent(namespace), decodeURIComponent(name));
  if (!explanation) throw notFound({ group: "", plural: "pods" }, decodeURIComponent(name));
  return jsonResponse(explanation);
}

function servicesResponse([namespace = "", name = ""]: readonly string[], parts: ExtensionParts): ApiResponse {
  const addresses = parts.serviceAddresses(decodeURIComponent(namespace), decodeURIComponent(name));
  if (!addresses) throw notFound({ group: "", plural: "services" }, name);
  return jsonResponse(addresses);
}
