import { encodeText } from "../../api/bytes.ts";
import { formatGoDuration } from "../../api/go-duration.ts";
import type { HttpRequest, HttpResponse } from "../../network/http.ts";
import { NetworkError } from "../../network/network.ts";
import type { Process } from "../../runtime/process.ts";
import { goError, goNotFound, goRedirect, goResponse, targetOf } from "../go/http.ts";
import { serveUntilKilled } from "../go/serve-until-killed.ts";
import { subcommand } from "./subcommand.ts";

const port = 8080;
const healthyMs = 10_000;
const chunkBytes = 1024;

export const liveness = subcommand({
  name: "liveness",
  short: "Starts a server that is alive for 10 seconds",
  defaults: {},
  run(process) {
    const startedAt = process.clock.now();
    process.network.serveHttp(port, (request) => answer(process, request, process.clock.now() - startedAt));
    return serveUntilKilled(process);
  },
});

function answer(process: Process, request: HttpRequest, ageMs: number): HttpResponse | Promise<HttpResponse> {
  const { path, query } = targetOf(request);
  switch (path) {
    case "/started":
      return goResponse(process, formatGoDuration(ageMs));
    case "/healthz":
      return ageMs > healthyMs
        ? goResponse(process, `error: ${ageMs / 1000}`, { status: 500 })
        : goResponse(process, "ok");
    case "/redirect":
      return goRedirect(process, request, query.get("loc") ?? "", 302);
    case "/disconnect-headers":
      throw new NetworkError("ECONNRESET", "read ECONNRESET");
    case "/sleep-headers":
    case "/sleep-body":
    case "/disconnect-body":
    case "/slow-response":
      return misbehave(process, path, query);
    default:
      return goNotFound(process);
  }
}

async function misbehave(process: Process, path: string, query: URLSearchParams): Promise<HttpResponse> {
  const wrong = ["code", "time", "size", "interval"].find((name) => !/^[-+]?\d*$/u.test(query.get(name) ?? ""));
  if (wrong !== undefined) {
    const text = query.get(wrong) ?? "";
    const reason = `strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`;
    return goError(process, `parameter '${wrong}' is invalid: ${reason}`, 400);
  }
  const number = (name: string, fallback: number): number => Number(query.get(name) || fallback);
  const status = number("code", 500);
  const seconds = number("time", 0);
  if (path === "/sleep-headers") {
    await process.sleep(seconds * 1000);
    return goResponse(process, `Slept for ${seconds} secs\n${filling(process, number("size", 0))}`, { status });
  }
  const body = slowBody(process, path, { seconds, size: number("size", 0), interval: number("interval", 0) });
  return { status, headers: { "content-type": "text/plain; charset=utf-8" }, body };
}

interface Slowness {
  readonly seconds: number;
  readonly size: number;
  readonly interval: number;
}

async function* slowBody(
  process: Process,
  path: string,
  { seconds, size, interval }: Slowness,
): AsyncGenerator<Uint8Array> {
  for (let chunk = 0; chunk < size; chunk++) {
    if (interval > 0 && path !== "/disconnect-body") await process.sleep(interval * 1000);
    yield encodeText(filling(process, 1));
  }
  if (path === "/disconnect-body") {
    yield encodeText("Disconnecting\n");
    throw new NetworkError("ECONNRESET", "read ECONNRESET");
  }
  if (path !== "/sleep-body") return;
  yield encodeText(`Sleeping for ${seconds} secs\n`);
  await process.sleep(seconds * 1000);
  yield encodeText(`Slept for ${seconds} secs\n`);
}

/** So many KiB of hexadecimal digits. */
function filling(process: Process, size: number): string {
  return Buffer.from(process.random.bytes((size * chunkBytes) / 2)).toString("hex");
}
