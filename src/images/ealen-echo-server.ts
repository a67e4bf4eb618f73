import { decodeText } from "../api/bytes.ts";
import type { HttpRequest, HttpResponse } from "../network/http.ts";
import type { Image } from "../runtime/image.ts";
import type { Process } from "../runtime/process.ts";
import { bodyOf, targetOf } from "./go/http.ts";
import { tell } from "./tell.ts";
import { serve } from "./web/serve.ts";

/** Everything about a request as JSON, or what the query asks for. https://ealenn.github.io/Echo-Server */
export const ealenEchoServer: Image = {
  names: ["ealen/echo-server"],
  base: "alpine",
  entrypoint: ["/app/echo-server"],
  ports: [80],
  sizeMiB: 45,
  programs: { "/app/echo-server": run },
};

async function run(process: Process): Promise<number> {
  const port = Number(process.env.get("PORT") || "80");
  await process.print(`Listening on port ${port}.\n`);
  return serve(process, port, async (request) => {
    const response = await answer(process, request);
    const line = {
      name: "echo-server",
      hostname: process.container.hostname,
      msg: `[${request.method}] - ${response.status} - ${request.url}`,
    };
    tell(process.stdout, `${JSON.stringify(line)}\n`);
    return response;
  });
}

async function answer(process: Process, request: HttpRequest): Promise<HttpResponse> {
  const { query } = targetOf(request);
  const wished = (name: string): string | undefined => query.get(`echo_${name}`) ?? request.headers[`x-echo-${name}`];
  await process.sleep(Math.min(Number(wished("time") ?? 0), 30_000) || 0);
  const status = Number(wished("code")?.split("-")[0] ?? 200);
  const headers: Record<string, string> = { "x-powered-by": "Express" };
  for (const pair of wished("header")?.split(/,\s*/u) ?? []) {
    const [name = "", value = ""] = pair.split(":");
    if (name !== "") headers[name.trim().toLowerCase()] = value.trim();
  }
  const variable = wished("env_body");
  const text = wished("body") ?? (variable === undefined ? undefined : (process.env.get(variable) ?? ""));
  const body = JSON.stringify(text ?? (await facts(process, request, query)));
  return { status, headers: { ...headers, "content-type": "application/json; charset=utf-8" }, body };
}

async function facts(process: Process, request: HttpRequest, query: URLSearchParams): Promise<unknown> {
  const { path } = targetOf(request);
  const text = decodeText(await bodyOf(request));
  const isJson = request.headers["content-type"]?.includes("json") ?? false;
  return {
    host: {
      hostname: (request.headers["host"] ?? "").replace(/:\d+$/u, ""),
      ip: `::ffff:${request.remote?.ip ?? ""}`,
      ips: [],
    },
    http: { method: request.method, baseUrl: "", originalUrl: request.url, protocol: "http" },
    request: {
      params: { "0": path },
      query: Object.fromEntries(query),
      cookies: {},
      body: text === "" ? {} : isJson ? parsed(text) : text,
      headers: request.headers,
    },
    environment: Object.fromEntries(process.env),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}
