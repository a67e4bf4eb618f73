import { decodeText } from "../api/bytes.ts";
import { ApiError } from "../api/status.ts";
import type { LogOptions } from "../client/node-agents.ts";
import type { HttpRequest, HttpResponse } from "../network/http.ts";
import type { Clock } from "../sim/clock.ts";
import { cadvisorMetrics } from "./cadvisor-metrics.ts";
import { signals } from "./eviction/signals.ts";
import type { Kubelet } from "./kubelet.ts";
import { kubeletMetrics, probeMetrics, resourceMetrics } from "./node-metrics.ts";
import { statsSummary } from "./node-stats.ts";

const text = { "content-type": "text/plain; charset=utf-8" };
const notFound: HttpResponse = { status: 404, headers: text, body: "404 page not found\n" };

/** A kubelet's own HTTP API, which people reach through `/api/v1/nodes/NAME/proxy/…`. */
export function answerNodeRequest(kubelet: Kubelet, request: HttpRequest, clock: Clock): HttpResponse {
  const url = new URL(request.url, "http://kubelet");
  if (request.method !== "GET" && request.method !== "HEAD")
    return { status: 405, headers: text, body: "405: Method Not Allowed" };
  switch (url.pathname.replace(/(?<=.)\/$/u, "")) {
    case "/healthz":
    case "/healthz/ping":
    case "/healthz/log":
    case "/healthz/syncloop":
      return { status: 200, headers: text, body: "ok" };
    case "/pods":
    case "/runningpods":
      return json({ kind: "PodList", apiVersion: "v1", metadata: {}, items: kubelet.pods });
    case "/stats/summary":
      return json(statsSummary(kubelet, clock));
    case "/configz":
      return json({ kubeletconfig: configuration(kubelet) });
    case "/metrics":
      return { status: 200, headers: text, body: kubeletMetrics(kubelet) };
    case "/metrics/cadvisor":
      return { status: 200, headers: text, body: cadvisorMetrics(kubelet, clock) };
    case "/metrics/probes":
      return { status: 200, headers: text, body: probeMetrics(kubelet) };
    case "/metrics/resource":
      return { status: 200, headers: text, body: resourceMetrics(kubelet, clock) };
    default:
      return answerPath(kubelet, url);
  }
}

function answerPath(kubelet: Kubelet, { pathname, searchParams }: URL): HttpResponse {
  if (pathname === "/logs" || pathname.startsWith("/logs/"))
    return nodeLog(kubelet, decodeURIComponent(pathname.slice("/logs".length)));
  const [, what, namespace, name, container = ""] = pathname.split("/");
  if (what !== "containerLogs") return notFound;
  const pod = kubelet.pods.find(({ metadata }) => metadata.namespace === namespace && metadata.name === name);
  if (!pod) return { status: 404, headers: text, body: `pod ${JSON.stringify(name ?? "")} does not exist\n` };
  try {
    return { status: 200, headers: text, body: kubelet.logs(pod, container, logOptions(searchParams)) };
  } catch (error) {
    if (error instanceof ApiError) return { status: error.code, headers: text, body: `${error.message}\n` };
    throw error;
  }
}

function logOptions(query: URLSearchParams): LogOptions {
  const tail = query.get("tailLines");
  const isSet = (name: string): boolean => query.get(name) === "true";
  return {
    follow: isSet("follow"),
    previous: isSet("previous"),
    timestamps: isSet("timestamps"),
    ...(tail === null ? {} : { tailLines: Number(tail) }),
  };
}

/** Files of the node's /var/log, and lists of them. */
function nodeLog({ context }: Kubelet, path: string): HttpResponse {
  const { files } = context.volumes.host;
  const full = `/var/log${path}`.replace(/\/+$/u, "");
  if (full.split("/").includes("..") || !files.exists(full)) return notFound;
  if (files.stat(full).kind !== "directory") return { status: 200, headers: text, body: decodeText(files.read(full)) };
  const names = files
    .list(full)
    .map((name) => (files.stat(`${full}/${name}`).kind === "directory" ? `${name}/` : name));
  const links = names.map((name) => `<a href="${name}">${name}</a>\n`).join("");
  return {
    status: 200,
    headers: { "content-type": "text/html; charset=utf-8" },
    body: `<!doctype html>\n<pre>\n${links}</pre>\n`,
  };
}

function configuration({ context }: Kubelet): object {
  return {
    clusterDNS: [context.dnsServiceIp],
    clusterDomain: context.clusterDomain,
    enableServer: true,
    evictionHard: Object.fromEntries(signals.map(({ name, threshold }) => [name, threshold])),
    evictionPressureTransitionPeriod: "5m0s",
    failSwapOn: true,
    maxPods: Number(context.allocatable["pods"] ?? 0),
    nodeLeaseDurationSeconds: 40,
    nodeStatusReportFrequency: "5m0s",
    nodeStatusUpdateFrequency: "10s",
    port: 10_250,
    serializeImagePulls: false,
    syncFrequency: "1m0s",
  };
}

function json(value: object): HttpResponse {
  return { status: 200, headers: { "content-type": "application/json" }, body: JSON.stringify(value) };
}
