import { formatGoDuration, goDurationMs } from "../../api/go-duration.ts";
import type { HttpHandler, HttpRequest, HttpResponse } from "../../network/http.ts";
import type { Process } from "../../runtime/process.ts";
import type { Flags } from "../go/flags.ts";
import { formOf, goRedirect, goResponse, remoteAddress, targetOf } from "../go/http.ts";
import { goFatal, goLog } from "../go/log.ts";
import { serveTls } from "../serve-tls.ts";
import { readKeyPair } from "./key-pair.ts";
import { dial } from "./netexec-dial.ts";
import { runShell } from "./netexec-shell.ts";
import { serveUdp } from "./netexec-udp.ts";
import { upload } from "./netexec-upload.ts";
import { subcommand } from "./subcommand.ts";

const defaults = {
  "http-port": 8080,
  "tls-cert-file": "",
  "tls-private-key-file": "",
  "udp-port": 8081,
  "sctp-port": -1,
  "http-override": "",
  "udp-listen-addresses": "",
  "delay-shutdown": 0,
};

/** The server of the network tests: HTTP on 8080, UDP on 8081. */
export const netexec = subcommand({
  name: "netexec",
  short: "Creates HTTP(S), UDP, and (optionally) SCTP servers with various endpoints",
  defaults,
  async run(process, flags) {
    if (flags["sctp-port"] !== -1) return goFatal(process, "SCTP is not simulated");
    const addresses = flags["udp-listen-addresses"].split(",").filter((address) => address !== "");
    const wrong = addresses.find((address) => !/^[\d.]+$|:/u.test(address));
    if (wrong !== undefined) return goFatal(process, `parseAddress: invalid address ${wrong}`);
    const state: State = { isReady: false, exit: () => {} };
    const exited = new Promise<number>((resolve) => {
      state.exit = resolve;
    });
    if (flags["udp-port"] !== -1) {
      serveUdp(process, flags["udp-port"], addresses);
      state.isReady = true;
    }
    goLog(process, `Started HTTP server on port ${flags["http-port"]}`);
    const failure = await serveHttp(process, flags, routes(process, state));
    if (failure !== undefined) return goFatal(process, failure);
    delayShutdown(process, flags["delay-shutdown"], state);
    return process.waitFor(exited);
  },
});

interface State {
  isReady: boolean;
  /** Ends the process, as os.Exit does. */
  exit: (code: number) => void;
}

/** SIGTERM ends it as any Go program, or after some seconds where that was asked for. */
function delayShutdown(process: Process, seconds: number, state: State): void {
  process.onSignal("SIGTERM", () => {
    if (seconds <= 0) {
      state.exit(2);
      return;
    }
    goLog(process, `Sleeping ${seconds} seconds before terminating...`);
    process.clock.after(seconds * 1000, () => {
      state.exit(0);
    });
  });
}

/** Says what went wrong. */
async function serveHttp(
  process: Process,
  flags: Flags<typeof defaults>,
  handler: HttpHandler,
): Promise<string | undefined> {
  const { "http-port": port, "http-override": override, "tls-cert-file": certFile } = flags;
  const overridden: HttpHandler = (request) => handler({ ...request, method: "GET", url: override });
  const served = override === "" ? handler : overridden;
  if (certFile === "") {
    process.network.serveHttp(port, served);
    return undefined;
  }
  const pair = await readKeyPair(process, certFile, flags["tls-private-key-file"]);
  if (typeof pair === "string") return pair;
  serveTls(process, port, pair, served);
  return undefined;
}

type Route = (process: Process, request: HttpRequest, state: State) => HttpResponse | Promise<HttpResponse>;

const table: Readonly<Record<string, Route>> = {
  "/clientip": (process, request) => logged(process, "GET /clientip", remoteAddress(request)),
  "/dial": (process, request) => dial(process, request),
  "/echo": echo,
  "/exit": exit,
  "/header": (process, request) => header(process, request),
  "/healthz": (process, _request, { isReady }) => {
    goLog(process, "GET /healthz");
    return goResponse(process, "", { status: isReady ? 200 : 412 });
  },
  "/readyz": (process) => logged(process, "GET /readyz", ""),
  "/hostname": (process) => hostname(process, "GET /hostname"),
  "/hostName": (process) => hostname(process, "GET /hostName"),
  "/redirect": redirect,
  "/shell": (process, request) => runShell(process, request),
  "/shutdown": (process, _request, { exit: end }) => {
    goLog(process, "GET /shutdown");
    end(0);
    return nothing;
  },
  "/upload": (process, request) => upload(process, request),
};

/** The process ends before it can answer. */
const nothing = new Promise<never>(() => {});

function routes(process: Process, state: State): HttpHandler {
  return (request) => {
    const route = table[targetOf(request).path];
    return route ? route(process, request, state) : logged(process, "GET /", `NOW: ${goTime(process)}`);
  };
}

function logged(process: Process, line: string, body: string): HttpResponse {
  goLog(process, line);
  return goResponse(process, body);
}

/** `2025-01-31 12:00:00.123456789 +0000 UTC m=+1.500000000`. */
function goTime({ clock, container }: Process): string {
  const time = new Date(clock.now()).toISOString();
  const since = ((clock.now() - container.startedAt) / 1000).toFixed(9);
  return `${time.slice(0, 10)} ${time.slice(11, 23)}000000 +0000 UTC m=+${since}`;
}

function hostname(process: Process, line: string): HttpResponse {
  goLog(process, line);
  goLog(process, `hostname: ${process.container.hostname}`);
  return goResponse(process, process.container.hostname);
}

async function echo(process: Process, request: HttpRequest): Promise<HttpResponse> {
  const form = await formOf(request);
  const [message, code] = [form.get("msg") ?? "", form.get("code") ?? ""];
  goLog(process, `GET /echo?msg=${message}&code=${code}`);
  if (code === "") return goResponse(process, message);
  if (!/^[-+]?\d+$/u.test(code)) return notInteger(process, code);
  return goResponse(process, message, { status: Number(code) });
}

function notInteger(process: Process, code: string): HttpResponse {
  return goResponse(process, `argument 'code' must be an integer or empty, got ${JSON.stringify(code)}\n`);
}

function header(process: Process, request: HttpRequest): HttpResponse {
  const key = targetOf(request).query.get("key") ?? "";
  if (key === "") return goResponse(process, "missing key\n", { status: 400 });
  goLog(process, `GET /header?key=${key}`);
  // Go takes the host out of a request's headers.
  const { host: _host, ...headers } = request.headers;
  return goResponse(process, headers[key.toLowerCase()] ?? "");
}

async function redirect(process: Process, request: HttpRequest): Promise<HttpResponse> {
  const form = await formOf(request);
  const [location, code] = [form.get("location") ?? "", form.get("code") ?? ""];
  goLog(process, `${request.method} /redirect?msg=${location}&code=${code}`);
  if (code !== "" && !/^[-+]?\d+$/u.test(code)) return notInteger(process, code);
  return goRedirect(process, request, location, code === "" ? 302 : Number(code));
}

async function exit(process: Process, request: HttpRequest, state: State): Promise<HttpResponse> {
  const form = await formOf(request);
  const [code, timeout, wait] = ["code", "timeout", "wait"].map((name) => form.get(name) ?? "") as [
    string,
    string,
    string,
  ];
  goLog(process, `GET /exit?code=${code}&timeout=${timeout}&wait=${wait}`);
  const timeoutMs = timeout === "" ? 0 : goDurationMs(timeout);
  const waitMs = wait === "" ? 0 : goDurationMs(wait);
  const wrong = timeoutMs === undefined ? ["timeout", timeout] : waitMs === undefined ? ["wait", wait] : undefined;
  if (wrong) {
    const [name = "", value] = wrong;
    return goResponse(
      process,
      `argument '${name}' must be a valid golang duration or empty, got ${JSON.stringify(value)}\n`,
    );
  }
  if (code !== "" && !/^[-+]?\d+$/u.test(code)) {
    return goResponse(process, `argument 'code' must be an integer [0-127] or empty, got ${JSON.stringify(code)}\n`);
  }
  const [waited, allowed] = [waitMs ?? 0, timeoutMs ?? 0];
  goLog(
    process,
    `Will begin shutdown in ${formatGoDuration(waited)}, allowing ${formatGoDuration(allowed)} for connections to close, then will exit with ${Number(code)}`,
  );
  await process.sleep(waited);
  if (allowed > 0) goLog(process, "Graceful shutdown completed with: <nil>");
  state.exit(Number(code));
  return allowed > 0 ? goResponse(process, "") : nothing;
}
