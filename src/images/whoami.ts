import { decodeText } from "../api/bytes.ts";
import { goDurationMs } from "../api/go-duration.ts";
import type { HttpRequest, HttpResponse } from "../network/http.ts";
import type { Image } from "../runtime/image.ts";
import type { Process } from "../runtime/process.ts";
import { FlagError, parseFlags } from "./go/flags.ts";
import { bodyOf, goResponse, remoteAddress, targetOf } from "./go/http.ts";
import { goLog } from "./go/log.ts";
import { serveUntilKilled } from "./go/serve-until-killed.ts";
import { serveTls } from "./serve-tls.ts";
import { sortedHeaders } from "./web/request-headers.ts";

const defaults = { port: "", name: "", cert: "", key: "", ca: "", verbose: false };

/** Tells of the pod and the request. https://github.com/traefik/whoami */
export const whoami: Image = {
  names: ["traefik/whoami", "containous/whoami", "ghcr.io/traefik/whoami"],
  base: "none",
  entrypoint: ["/whoami"],
  ports: [80],
  sizeMiB: 3,
  programs: { "/whoami": run },
};

async function run(process: Process): Promise<number> {
  try {
    const { flags } = parseFlags(process.argv.slice(1), defaults);
    const { files, network, env } = process;
    const port = flags.port || (env.get("WHOAMI_PORT_NUMBER") ?? "80");
    const name = flags.name || (env.get("WHOAMI_NAME") ?? "");
    const health = { status: 200 };
    const handler = (request: HttpRequest): Promise<HttpResponse> => answer(process, request, { name, health });
    goLog(process, `Starting up on port ${port}`);
    if (flags.cert !== "" && flags.key !== "") {
      serveTls(process, Number(port), { cert: files.readText(flags.cert), key: files.readText(flags.key) }, handler);
    } else network.serveHttp(Number(port), handler);
    return await serveUntilKilled(process);
  } catch (error) {
    if (!(error instanceof FlagError)) throw error;
    await process.warn(`${error.message}\n`);
    return 2;
  }
}

interface Server {
  readonly name: string;
  readonly health: { status: number };
}

async function answer(process: Process, request: HttpRequest, { name, health }: Server): Promise<HttpResponse> {
  const { path, query } = targetOf(request);
  const { hostname, pod } = process.container;
  switch (path) {
    case "/health":
      if (request.method === "POST") {
        health.status = Number(decodeText(await bodyOf(request)).trim()) || 400;
        goLog(process, `Update health check status code [${health.status}]`);
        return goResponse(process, "");
      }
      return goResponse(process, "", { status: health.status });
    case "/bench":
      return goResponse(process, "1", { headers: { connection: "keep-alive", "content-type": "text/plain" } });
    case "/data":
      return goResponse(process, filler(query), { headers: { "content-type": "text/plain" } });
    case "/api": {
      const headers = Object.fromEntries(sortedHeaders(request).map(([header, value]) => [header, [value]]));
      const facts = {
        hostname,
        ip: ["127.0.0.1", "::1", pod.ip],
        headers,
        url: request.url,
        host: request.headers["host"] ?? "",
        method: request.method,
      };
      const body = JSON.stringify(name === "" ? facts : { ...facts, name });
      return goResponse(process, `${body}\n`, { headers: { "content-type": "application/json" } });
    }
    default:
      await process.sleep(goDurationMs(query.get("wait") ?? "0") ?? 0);
      return goResponse(process, `${identity(process, request, name)}${await rawRequest(request)}`);
  }
}

function identity({ container }: Process, request: HttpRequest, name: string): string {
  const { hostname, pod } = container;
  const lines = [
    ...(name === "" ? [] : [`Name: ${name}`]),
    `Hostname: ${hostname}`,
    "IP: 127.0.0.1",
    "IP: ::1",
    `IP: ${pod.ip}`,
    `RemoteAddr: ${remoteAddress(request)}`,
  ];
  return `${lines.join("\n")}\n`;
}

async function rawRequest(request: HttpRequest): Promise<string> {
  const { "User-Agent": agent, ...others } = Object.fromEntries(sortedHeaders(request));
  const lines = [
    `${request.method} ${request.url} HTTP/1.1`,
    `Host: ${request.headers["host"] ?? ""}`,
    ...(agent === undefined ? [] : [`User-Agent: ${agent}`]),
    ...Object.entries(others).map(([header, value]) => `${header}: ${value}`),
  ];
  return `${lines.join("\r\n")}\r\n\r\n${decodeText(await bodyOf(request))}`;
}

const units: Readonly<Record<string, number>> = { b: 1, kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3 };
const largest = 64 * 1024 ** 2;

/** `/data?size=10&unit=kb`: letters between two bars. */
function filler(query: URLSearchParams): string {
  const size = Math.min(
    Number(query.get("size") ?? 1) * (units[(query.get("unit") ?? "b").toLowerCase()] ?? 1),
    largest,
  );
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ-";
  return size < 2 ? "|" : `|${letters.repeat(Math.ceil(size / letters.length)).slice(0, size - 2)}|`;
}
