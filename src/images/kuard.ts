import { decodeText } from "../api/bytes.ts";
import type { HttpRequest, HttpResponse } from "../network/http.ts";
import type { Image } from "../runtime/image.ts";
import type { Process } from "../runtime/process.ts";
import { bodyOf, goNotFound, goResponse, targetOf } from "./go/http.ts";
import { goLog } from "./go/log.ts";
import { serveUntilKilled } from "./go/serve-until-killed.ts";
import { tagOf } from "./tag.ts";
import { escapeHtml } from "./web/html.ts";

/** Kubernetes Up and Running's demo: what a pod knows of itself, and probes that fail on request. https://github.com/kubernetes-up-and-running/kuard */
export const kuard: Image = {
  names: ["gcr.io/kuar-demo/kuard-amd64", "gcr.io/kuar-demo/kuard"],
  base: "alpine",
  entrypoint: ["/kuard"],
  ports: [8080],
  sizeMiB: 12,
  programs: { "/kuard": run },
  hasTag: (tag) => ["1", "2", "3", "blue", "green", "purple", "latest"].includes(tag),
};

/** A path that probes ask; its next `failNext` answers are 500, below zero all of them. */
interface Probe {
  failNext: number;
  readonly history: { readonly when: string; readonly code: number }[];
}

function run(process: Process): Promise<number> {
  const probes = new Map(["healthy", "ready"].map((name): [string, Probe] => [name, { failNext: 0, history: [] }]));
  goLog(process, `Starting kuard version: v0.10.0-${tagOf(process)}`);
  goLog(process, "Serving on HTTP on :8080");
  process.network.serveHttp(8080, (request) => {
    goLog(process, `${request.remote?.ip ?? "-"}:${request.remote?.port ?? 0} ${request.method} ${request.url}`);
    return answer(process, request, probes);
  });
  return serveUntilKilled(process);
}

function answer(
  process: Process,
  request: HttpRequest,
  probes: ReadonlyMap<string, Probe>,
): HttpResponse | Promise<HttpResponse> {
  const { path } = targetOf(request);
  const [, name = "", api] = path.split("/");
  const probe = probes.get(name);
  if (probe) return api === "api" ? settings(process, request, probe) : probed(process, probe);
  if (path === "/") return goResponse(process, page(process, request), { headers: { "content-type": "text/html" } });
  if (path === "/env/api") {
    return json(process, { commandLine: process.argv, env: Object.fromEntries(process.env) });
  }
  return goNotFound(process);
}

function probed(process: Process, probe: Probe): HttpResponse {
  const fails = probe.failNext !== 0;
  if (probe.failNext > 0) probe.failNext--;
  const code = fails ? 500 : 200;
  probe.history.unshift({ when: new Date(process.clock.now()).toISOString(), code });
  probe.history.splice(mostHistory);
  const headers = { "content-type": "text/plain; charset=utf-8" };
  return goResponse(process, fails ? "fail\n" : "ok", { status: code, headers });
}

const mostHistory = 20;

async function settings(process: Process, request: HttpRequest, probe: Probe): Promise<HttpResponse> {
  if (request.method === "PUT") {
    const { failNext } = parsed(decodeText(await bodyOf(request)));
    if (typeof failNext !== "number") return goResponse(process, "bad request\n", { status: 400 });
    probe.failNext = failNext;
  }
  return json(process, probe);
}

function parsed(text: string): { readonly failNext?: unknown } {
  try {
    return Object(JSON.parse(text)) as { readonly failNext?: unknown };
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

function json(process: Process, value: unknown): HttpResponse {
  return goResponse(process, `${JSON.stringify(value)}\n`, { headers: { "content-type": "application/json" } });
}

function page(process: Process, { method, url, headers }: HttpRequest): string {
  const { container, network } = process;
  const rows = Object.entries(headers).map(([name, value]) => `${escapeHtml(name)}: ${escapeHtml(value)}\n`);
  return `<!doctype html>
<html lang="en">
<head><title>KUAR Demo</title></head>
<body>
<h1>Demo application version <i>v0.10.0-${tagOf(process)}</i></h1>
<p>Serving this from ${escapeHtml(container.hostname)}, reachable on ${network.ip}</p>
<pre>${method} ${escapeHtml(url)}
${rows.join("")}</pre>
</body>
</html>
`;
}
