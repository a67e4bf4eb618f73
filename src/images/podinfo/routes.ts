import { decodeText } from "../../api/bytes.ts";
import type { HttpHandler, HttpHeaders, HttpRequest, HttpResponse } from "../../network/http.ts";
import type { Process } from "../../runtime/process.ts";
import { bodyOf, goNotFound, goResponse, targetOf } from "../go/http.ts";
import { sortedHeaders } from "../web/request-headers.ts";

export interface Podinfo {
  readonly facts: { readonly version: string; readonly revision: string };
  readonly flags: { readonly "ui-message": string; readonly "ui-color": string; readonly "ui-logo": string };
  readonly state: { isHealthy: boolean; isReady: boolean };
  /** Ends the process. */
  readonly exit: (code: number) => void;
}

type Answer = HttpResponse | Promise<HttpResponse>;

export function podinfoRoutes(process: Process, podinfo: Podinfo): HttpHandler {
  let requests = 0;
  return (request) => {
    requests++;
    const { path } = targetOf(request);
    const [, first = "", second = ""] = path.split("/");
    switch (first) {
      case "":
      case "api":
        return index(process, request, podinfo);
      case "healthz":
      case "livez":
        return health(process, podinfo.state.isHealthy);
      case "readyz":
        return ready(process, podinfo, second);
      case "metrics":
        return goResponse(process, metrics(process, requests), plain);
      case "panic":
        podinfo.exit(255);
        return new Promise<never>(() => {});
      default:
        return echoes(process, request, podinfo) ?? goNotFound(process);
    }
  };
}

const plain = { headers: { "content-type": "text/plain; version=0.0.4; charset=utf-8" } };

function json(process: Process, value: unknown, status = 200): HttpResponse {
  const headers = { "content-type": "application/json; charset=utf-8", "x-content-type-options": "nosniff" };
  return goResponse(process, JSON.stringify(value, undefined, 2), { status, headers });
}

function index(process: Process, request: HttpRequest, { facts, flags }: Podinfo): HttpResponse {
  const { env, container } = process;
  const message = flags["ui-message"] || env.get("PODINFO_UI_MESSAGE") || `greetings from podinfo v${facts.version}`;
  const color = env.get("PODINFO_UI_COLOR") || flags["ui-color"];
  const isBrowser = request.headers["user-agent"]?.includes("Mozilla") ?? false;
  if (isBrowser && targetOf(request).path === "/") return goResponse(process, page(container.hostname, message, color));
  return json(process, {
    hostname: container.hostname,
    version: facts.version,
    revision: facts.revision,
    color,
    logo: env.get("PODINFO_UI_LOGO") || flags["ui-logo"],
    message,
    goos: "linux",
    goarch: "amd64",
    runtime: "go1.23.1",
    num_goroutine: "8",
    num_cpu: "4",
  });
}

function page(hostname: string, message: string, color: string): string {
  return `<!DOCTYPE html>
<html>
<head><title>${hostname}</title></head>
<body style="background-color: ${color}">
<h1>${message}</h1>
<p>Serving from ${hostname}</p>
</body>
</html>
`;
}

function health(process: Process, isFine: boolean): HttpResponse {
  return isFine ? json(process, { status: "OK" }) : goResponse(process, "", { status: 503 });
}

function ready(process: Process, { state }: Podinfo, action: string): HttpResponse {
  if (action === "") return health(process, state.isReady);
  state.isReady = action === "enable";
  return goResponse(process, JSON.stringify({ status: "OK" }), { status: 202 });
}

function metrics({ container, clock }: Process, requests: number): string {
  const seconds = (clock.now() - container.startedAt) / 1000;
  return `# HELP http_requests_total The total number of HTTP requests.
# TYPE http_requests_total counter
http_requests_total{status="200"} ${requests}
# HELP process_start_time_seconds Start time of the process since unix epoch in seconds.
# TYPE process_start_time_seconds gauge
process_start_time_seconds ${container.startedAt / 1000}
# HELP process_uptime_seconds Time since the process started.
# TYPE process_uptime_seconds gauge
process_uptime_seconds ${seconds}
`;
}

/** undefined: no such route. */
function echoes(process: Process, request: HttpRequest, { facts }: Podinfo): Answer | undefined {
  const { path } = targetOf(request);
  const [, first = "", second = ""] = path.split("/");
  switch (first) {
    case "version":
      return json(process, { version: facts.version, commit: facts.revision });
    case "env":
      return json(
        process,
        [...process.env].map(([name, value]) => `${name}=${value}`),
      );
    case "headers":
      return json(process, headersOf(request));
    case "echo":
      return echo(process, request);
    case "delay":
    case "wait":
      return delay(process, Number(second) || 0);
    case "status":
      return json(process, { status: Number(second) }, Number(second) || 200);
    case "configs":
      return json(process, {});
    default:
      return undefined;
  }
}

function headersOf(request: HttpRequest): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(sortedHeaders(request).map(([name, value]) => [name, [value]]));
}

async function echo(process: Process, request: HttpRequest): Promise<HttpResponse> {
  const body = decodeText(await bodyOf(request));
  const headers: HttpHeaders = { "content-type": "application/json; charset=utf-8" };
  return goResponse(process, body, { status: 202, headers });
}

async function delay(process: Process, seconds: number): Promise<HttpResponse> {
  await process.sleep(seconds * 1000);
  return json(process, { delay: seconds });
}
