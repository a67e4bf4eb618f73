import type { HttpHandler } from "../../network/http.ts";
import type { Image } from "../../runtime/image.ts";
import type { Process } from "../../runtime/process.ts";
import { FlagError, parseFlags } from "../go/flags.ts";
import { tagOf } from "../tag.ts";
import { tell } from "../tell.ts";
import { podinfoRoutes } from "./routes.ts";

const latest = "6.7.1";
const lifetimeMs = 3000;
const defaults = {
  port: 9898,
  host: "",
  "port-metrics": 0,
  "grpc-port": 0,
  level: "info",
  "ui-message": "",
  "ui-color": "#34577c",
  "ui-logo": "https://raw.githubusercontent.com/stefanprodan/podinfo/gh-pages/cuddle_clap.gif",
  "backend-url": "",
  "cache-server": "",
  "config-path": "",
  "cert-path": "",
  "random-delay": false,
  "random-error": false,
  unhealthy: false,
  unready: false,
  "stress-cpu": 0,
  "stress-memory": 0,
};

/** The demo service of Flux and many tutorials. https://github.com/stefanprodan/podinfo */
export const podinfo: Image = {
  names: ["stefanprodan/podinfo", "ghcr.io/stefanprodan/podinfo"],
  base: "alpine",
  tools: ["curl"],
  command: ["./podinfo"],
  workingDirectory: "/home/app",
  user: { uid: 100, gid: 101, name: "app", home: "/home/app", isNamed: true },
  ports: [9898],
  sizeMiB: 21,
  programs: { "/home/app/podinfo": run },
};

async function run(process: Process): Promise<number> {
  try {
    const { flags } = parseFlags(process.argv.slice(1), defaults);
    const tag = tagOf(process);
    const version = /^\d+\.\d+\.\d+$/u.test(tag) ? tag : latest;
    const facts = { version, revision: "6b7aab8a10d6ee8b895b0a5048f4ab0966ed29ff", port: String(flags.port) };
    log(process, "Starting podinfo", { version: facts.version, revision: facts.revision, port: facts.port });
    if (flags["stress-memory"] > 0) process.memoryBytes = flags["stress-memory"] * 1024 ** 2;
    const state = { isHealthy: !flags.unhealthy, isReady: !flags.unready };
    const ended = new Promise<number>((resolve) => {
      const routes = podinfoRoutes(process, { facts, flags, state, exit: resolve });
      process.network.serveHttp(flags.port, faulty(process, flags, routes));
      log(process, "Starting HTTP Server.", { addr: `:${flags.port}` });
    });
    const signal = await Promise.race([ended, process.terminated]);
    if (typeof signal === "number") return signal;
    state.isHealthy = false;
    state.isReady = false;
    log(process, "Shutting down HTTP/HTTPS server", { timeout: "5s" });
    await process.sleep(lifetimeMs);
    return 0;
  } catch (error) {
    if (!(error instanceof FlagError)) throw error;
    await process.warn(`Error: ${error.message}\n`);
    return 2;
  }
}

function log({ clock, stderr }: Process, message: string, fields: Readonly<Record<string, string>>): void {
  const ts = new Date(clock.now()).toISOString();
  tell(stderr, `${JSON.stringify({ level: "info", ts, caller: "podinfo/main.go:153", msg: message, ...fields })}\n`);
}

/** `--random-delay` and `--random-error`. */
function faulty(
  process: Process,
  flags: { readonly "random-delay": boolean; readonly "random-error": boolean },
  handler: HttpHandler,
): HttpHandler {
  if (!flags["random-delay"] && !flags["random-error"]) return handler;
  const statuses = [500, 400, 409];
  return async (request) => {
    if (flags["random-delay"]) await process.sleep(process.random.integer(5000));
    if (!flags["random-error"] || process.random.integer(3) > 0) return handler(request);
    const status = statuses[process.random.integer(statuses.length)] ?? 500;
    return {
      status,
      headers: { "content-type": "application/json; charset=utf-8" },
      body: JSON.stringify({ code: status }),
    };
  };
}
