import { decodeText } from "../api/bytes.ts";
import type { HttpRequest } from "../network/http.ts";
import type { Image } from "../runtime/image.ts";
import type { Process } from "../runtime/process.ts";
import { bodyOf, targetOf } from "./go/http.ts";
import { tagOf } from "./tag.ts";
import { serve } from "./web/serve.ts";

const port = 8080;

/** Kubernetes' own echo server: what came in, in the format of its tag (1.4 and before, or later). */
export const echoserver: Image = {
  names: ["registry.k8s.io/echoserver", "registry.k8s.io/e2e-test-images/echoserver"],
  base: "alpine",
  entrypoint: ["/usr/local/bin/echoserver"],
  ports: [port],
  sizeMiB: 43,
  programs: { "/usr/local/bin/echoserver": run },
};

function run(process: Process): Promise<number> {
  const isOld = /^1\.[0-4](?:\D|$)/u.test(tagOf(process));
  return serve(process, port, async (request) => {
    const body = decodeText(await bodyOf(request));
    const text = isOld ? oldReport(request, body) : report(process, request, body);
    return { status: 200, headers: { server: "echoserver", "content-type": "text/plain" }, body: text };
  });
}

function headerLines({ headers }: HttpRequest, indent: string): string {
  const sorted = Object.entries(headers).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([name, value]) => `${indent}${name}=${value}\n`).join("");
}

function uriOf({ headers, url }: HttpRequest): string {
  const host = (headers["host"] ?? "").replace(/:\d+$/u, "");
  return `http://${host}:${port}${url}`;
}

function report(process: Process, request: HttpRequest, body: string): string {
  const { query } = targetOf(request);
  const lines = [
    "\n",
    `Hostname: ${process.container.hostname}`,
    "",
    `Pod Information:\n${podInformation(process)}`,
    "Server values:\n\tserver_version=nginx: 1.14.2 - lua: 10015\n",
    "Request Information:",
    `\tclient_address=${request.remote?.ip ?? ""}`,
    `\tmethod=${request.method}`,
    `\treal path=${request.url}`,
    `\tquery=${query.toString()}`,
    "\trequest_version=1.1",
    "\trequest_scheme=http",
    `\trequest_uri=${uriOf(request)}`,
    "",
    `Request Headers:\n${headerLines(request, "\t")}`,
    `Request Body:\n${body === "" ? "\t-no body in request-" : body}\n\n`,
  ];
  return lines.join("\n");
}

/** Known only where the pod's spec gives it as variables. */
function podInformation({ env }: Process): string {
  const facts = [
    ["node name", "NODE_NAME"],
    ["pod name", "POD_NAME"],
    ["pod namespace", "POD_NAMESPACE"],
    ["pod IP", "POD_IP"],
  ] as const;
  const known = facts.flatMap(([label, name]) => (env.get(name) ? [`\t${label}:\t${env.get(name) ?? ""}\n`] : []));
  return known.length > 0 ? known.join("") : "\t-no pod information available-\n";
}

function oldReport(request: HttpRequest, body: string): string {
  const { query } = targetOf(request);
  return [
    "CLIENT VALUES:",
    `client_address=${request.remote?.ip ?? ""}`,
    `command=${request.method}`,
    `real path=${request.url}`,
    `query=${query.toString() || "nil"}`,
    "request_version=1.1",
    `request_uri=${uriOf(request)}`,
    "",
    "SERVER VALUES:\nserver_version=nginx: 1.10.0 - lua: 10001",
    "",
    `HEADERS RECEIVED:\n${headerLines(request, "")}BODY:`,
    body === "" ? "-no body in request-" : body,
  ].join("\n");
}
