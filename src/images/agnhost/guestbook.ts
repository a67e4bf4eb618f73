import type { HttpRequest, HttpResponse } from "../../network/http.ts";
import { NetworkError } from "../../network/network.ts";
import type { Process } from "../../runtime/process.ts";
import { GoHttpError, goRequest, lookupFailure } from "../go/http-get.ts";
import { goError, goNotFound, goResponse, targetOf } from "../go/http.ts";
import { goFatal, goLog } from "../go/log.ts";
import { serveUntilKilled } from "../go/serve-until-killed.ts";
import { subcommand } from "./subcommand.ts";

const patienceMs = 15_000;
const retryMs = 1000;
const requestMs = 5000;

interface Node {
  readonly process: Process;
  readonly backendPort: string;
  readonly store: Map<string, string>;
  readonly replicas: string[];
}

/** A store that hands what it is told to its replicas, and the page in front of it. */
export const guestbook = subcommand({
  name: "guestbook",
  short: "Creates a HTTP server with various endpoints representing a guestbook app",
  defaults: { "http-port": "80", "backend-port": "6379", replicaof: "" },
  async run(process, flags) {
    const node: Node = { process, backendPort: flags["backend-port"], store: new Map(), replicas: [] };
    process.network.serveHttp(Number(flags["http-port"]), (request) => answer(node, request));
    if (flags.replicaof !== "" && !(await register(node, flags.replicaof))) {
      return goFatal(process, "Timed out while registering to primary.");
    }
    return serveUntilKilled(process);
  },
});

/** False: the primary did not answer in time. */
async function register(node: Node, primary: string): Promise<boolean> {
  const { process, backendPort, store } = node;
  const hostPort = `${primary}:${backendPort}`;
  const until = process.clock.now() + patienceMs;
  for (; process.clock.now() < until; await process.sleep(retryMs)) {
    const request = `register?host=${process.network.ip}`;
    goLog(process, `Registering to primary: ${hostPort}/${request}`);
    try {
      const { body } = await goRequest(process, `http://${hostPort}/${request}`, { timeoutMs: requestMs });
      const { data } = JSON.parse(body) as { data: Record<string, string> };
      for (const [key, value] of Object.entries(data)) store.set(key, value);
      goLog(process, `Registered to node: ${primary}`);
      return true;
    } catch (error) {
      if (!(error instanceof GoHttpError || error instanceof SyntaxError)) throw error;
      goLog(process, `encountered error while registering to primary: ${error.message}. Retrying in 1s.`);
    }
  }
  return false;
}

function answer(node: Node, request: HttpRequest): HttpResponse | Promise<HttpResponse> {
  const { process, store, replicas } = node;
  const { path, query } = targetOf(request);
  const [key, value] = [query.get("key") ?? "", query.get("value") ?? ""];
  switch (path) {
    case "/register": {
      const host = query.get("host") ?? "";
      goLog(process, `GET /register?host=${host}`);
      replicas.push(host);
      goLog(process, `Node '${host}' registered.`);
      return goResponse(process, JSON.stringify({ data: sorted(store) }));
    }
    case "/get":
      goLog(process, `GET /get?key=${key}`);
      return goResponse(process, JSON.stringify({ data: key === "" ? sorted(store) : (store.get(key) ?? "") }));
    case "/set":
      return set(node, key, value);
    case "/guestbook":
      return passOn(node, { command: (query.get("cmd") ?? "").toLowerCase(), key, value });
    default:
      return goNotFound(process);
  }
}

/** Go writes maps in the order of their keys. */
function sorted(store: ReadonlyMap<string, string>): Record<string, string> {
  return Object.fromEntries([...store].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

async function set({ process, store, replicas, backendPort }: Node, key: string, value: string): Promise<HttpResponse> {
  goLog(process, `GET /set?key=${key}&value=${value}`);
  if (key === "") return goError(process, "cannot set with empty key.", 400);
  store.set(key, value);
  for (const replica of replicas) {
    try {
      const url = `http://${replica}:${backendPort}/set?key=${encodeURIComponent(key)}&value=${encodeURIComponent(value)}`;
      await goRequest(process, url, { timeoutMs: requestMs });
    } catch (error) {
      if (!(error instanceof GoHttpError)) throw error;
      return goError(process, `encountered error while propagating to replica '${replica}': ${error.message}`, 417);
    }
  }
  return goResponse(process, JSON.stringify({ message: "Updated" }));
}

interface Command {
  readonly command: string;
  readonly key: string;
  readonly value: string;
}

/** Writing goes to the primary, reading to the replicas, by the names of their Services. */
async function passOn({ process, backendPort }: Node, { command, key, value }: Command): Promise<HttpResponse> {
  goLog(process, `GET /guestbook?cmd=${command}&key=${key}&value=${value}`);
  if (command !== "get" && command !== "set") return goError(process, `unsupported cmd: '${command}'`, 400);
  if (command === "set" && key === "") return goError(process, "cannot set with empty key.", 400);
  const host = command === "get" ? "agnhost-replica" : "agnhost-primary";
  const found = await process.network.lookup(host).catch((error: unknown) => {
    if (error instanceof NetworkError) return [];
    throw error;
  });
  if (found.length === 0)
    return goError(process, `host and/or port param are invalid. ${lookupFailure(process, host)}`, 400);
  const url = `http://${host}:${backendPort}/${command}?key=${encodeURIComponent(key)}&value=${encodeURIComponent(value)}`;
  try {
    return goResponse(process, (await goRequest(process, url, { timeoutMs: requestMs })).body);
  } catch (error) {
    if (!(error instanceof GoHttpError)) throw error;
    return goError(process, `encountered error: ${error.message}`, 417);
  }
}
