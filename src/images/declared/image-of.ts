import type { HttpRequest, HttpResponse } from "../../network/http.ts";
import type { Image } from "../../runtime/image.ts";
import type { Process } from "../../runtime/process.ts";
import { burn } from "../burn.ts";
import type { Declaration, DeclaredAnswer, DeclaredPort } from "./declaration.ts";
import { fillIn } from "./template.ts";

const path = "/app";

/** The image that a declaration describes. */
export function imageOf(declaration: Declaration): Image {
  const { names, tags, base, tools, env, user, files, ports } = declaration;
  return {
    names,
    base,
    tools,
    env,
    files,
    entrypoint: [path],
    ports: ports.map(({ port }) => port),
    ...(user ? { user } : {}),
    ...(tags ? { hasTag: (tag: string) => tags.includes(tag) } : {}),
    programs: { [path]: (process) => run(process, declaration) },
  };
}

async function run(process: Process, declaration: Declaration): Promise<number> {
  const { logs, ports, startupDelayMs, endsAfterMs, exitCode, cpu, memoryBytes } = declaration;
  const startedAt = process.clock.now();
  if (memoryBytes > 0) process.memoryBytes = memoryBytes;
  const terminated = process.terminated.then(() => 0);
  for (const line of logs) await process.print(`${fillIn(line, process)}\n`);
  burn(process, cpu);
  if (startupDelayMs > 0) {
    const early = await Promise.race([terminated, process.sleep(startupDelayMs)]);
    if (early !== undefined) return early;
  }
  for (const port of ports) {
    serve(process, port);
    if (logs.length === 0) await process.print(`listening on port ${port.port}\n`);
  }
  logRegularly(process, declaration);
  if (endsAfterMs === undefined) return terminated;
  const leftMs = Math.max(0, startedAt + endsAfterMs - process.clock.now());
  return Promise.race([terminated, process.sleep(leftMs).then(() => exitCode)]);
}

function logRegularly(process: Process, { logEvery }: Declaration): void {
  if (!logEvery) return;
  const { periodMs, line } = logEvery;
  process.fork(async (writer) => {
    for (;;) {
      await writer.sleep(periodMs);
      await writer.print(`${fillIn(line, process)}\n`);
    }
  });
}

function serve(process: Process, { port, answer, routes }: DeclaredPort): void {
  const prefixes = [...routes].filter(([route]) => route.endsWith("*"));
  process.network.serveHttp(port, (request) => {
    const asked = request.url.split("?", 1)[0] ?? "";
    const below = prefixes.find(([route]) => asked.startsWith(route.slice(0, -1)));
    return respond(process, routes.get(asked) ?? below?.[1] ?? answer, { request, port });
  });
}

interface Occasion {
  readonly request: HttpRequest;
  readonly port: number;
}

function respond(process: Process, answer: DeclaredAnswer, occasion: Occasion): HttpResponse | Promise<HttpResponse> {
  const body = fillIn(answer.response, process, occasion);
  const headers: Record<string, string> = { "content-type": answer.contentType ?? contentTypeOf(body) };
  for (const [name, value] of Object.entries(answer.headers)) {
    headers[name.toLowerCase()] = fillIn(value, process, occasion);
  }
  const response = { status: answer.status, headers, body };
  return answer.delayMs > 0 ? process.sleep(answer.delayMs).then(() => response) : response;
}

function contentTypeOf(body: string): string {
  const start = body.trimStart().slice(0, 15).toLowerCase();
  if (start.startsWith("<!doctype html") || start.startsWith("<html")) return "text/html; charset=utf-8";
  return /^[[{]/u.test(start) ? "application/json" : "text/plain; charset=utf-8";
}
