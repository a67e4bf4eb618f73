import type { ApiRequest } from "../../src/apiserver/request.ts";
import type { NodeAgents } from "../../src/client/node-agents.ts";
import { bootstrap, createControlPlane, type ControlPlane } from "../../src/cluster/control-plane.ts";
import { Random } from "../../src/sim/random.ts";
import { VirtualClock } from "../../src/sim/virtual-clock.ts";

/** What a client got, its JSON read. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look at whatever came
  readonly body: any;
}

export interface RequestOptions {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly user?: { readonly name: string; readonly groups: readonly string[] };
}

/** A watch being read: `next` gives the event after the last one given, or undefined when the stream has ended. */
export interface TestWatch {
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look at whatever came
  next(): Promise<any>;
  close(): void;
}

/** An API server without nodes, in namespaces `default` and `team`, asked as its admin. */
export interface TestApi {
  readonly plane: ControlPlane;
  readonly clock: VirtualClock;
  readonly logged: readonly string[];
  get(path: string, options?: RequestOptions): Promise<Answer>;
  post(path: string, body: unknown, options?: RequestOptions): Promise<Answer>;
  put(path: string, body: unknown, options?: RequestOptions): Promise<Answer>;
  /** A merge patch unless the headers say otherwise. */
  patch(path: string, body: unknown, options?: RequestOptions): Promise<Answer>;
  delete(path: string, options?: RequestOptions): Promise<Answer>;
  watch(path: string, options?: RequestOptions): Promise<TestWatch>;
  request(method: string, path: string, options?: RequestOptions): Promise<Answer>;
}

const admin = { name: "admin", groups: ["system:masters"] };
const noNodes = new Proxy({} as NodeAgents, {
  get: () => () => Promise.reject(new Error("this test has no nodes")),
});

export async function startTestApi(agents: NodeAgents = noNodes): Promise<TestApi> {
  const clock = new VirtualClock();
  const logged: string[] = [];
  const log = { write: (level: string, text: string): void => void (level === "error" && logged.push(text)) };
  const world = { clock, random: new Random(1), log };
  const plane = createControlPlane({ world, agents, tokenSecret: new Uint8Array(32) });
  await bootstrap(plane, { ip: "192.168.0.1", port: 6443 });

  const send = async (method: string, path: string, options: RequestOptions = {}): Promise<Answer> => {
    const { status, headers, body } = await plane.server.handle(requestOf(method, path, options));
    const text = typeof body === "string" ? body : Buffer.from(body as Uint8Array).toString();
    return { status, headers, body: parsed(text) };
  };
  const api: TestApi = {
    plane,
    clock,
    logged,
    request: send,
    get: (path, options) => send("GET", path, options),
    post: (path, body, options) => send("POST", path, { body, ...options }),
    put: (path, body, options) => send("PUT", path, { body, ...options }),
    patch: (path, body, options) =>
      send("PATCH", path, { body, headers: { "content-type": "application/merge-patch+json" }, ...options }),
    delete: (path, options) => send("DELETE", path, options),
    watch: (path, options) => openWatch(api, path, options),
  };
  await api.post("/api/v1/namespaces", { metadata: { name: "team" } });
  await clock.settle();
  return api;
}

async function openWatch({ plane }: TestApi, path: string, options: RequestOptions = {}): Promise<TestWatch> {
  const closing = new AbortController();
  const request = { ...requestOf("GET", path, options), signal: closing.signal };
  const { body } = await plane.server.handle(request);
  const lines = typeof body === "string" ? [body] : (body as AsyncIterable<string | Uint8Array>);
  const events = eventsIn(lines);
  return { next: async () => (await events.next()).value, close: () => closing.abort() };
}

async function* eventsIn(chunks: Iterable<string> | AsyncIterable<string | Uint8Array>): AsyncGenerator {
  for await (const chunk of chunks) {
    const text = typeof chunk === "string" ? chunk : Buffer.from(chunk).toString();
    for (const line of text.split("\n")) if (line !== "") yield JSON.parse(line);
  }
}

function requestOf(method: string, path: string, { body, headers = {}, user = admin }: RequestOptions): ApiRequest {
  const [bare = "", query = ""] = path.split("?", 2);
  return {
    method,
    path: bare,
    query: new URLSearchParams(query),
    headers,
    body: Buffer.from(body === undefined ? "" : typeof body === "string" ? body : JSON.stringify(body)),
    user,
    signal: new AbortController().signal,
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
