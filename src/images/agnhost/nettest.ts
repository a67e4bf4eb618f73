import { decodeText } from "../../api/bytes.ts";
import type { HttpRequest, HttpResponse } from "../../network/http.ts";
import { NetworkError } from "../../network/network.ts";
import type { Process } from "../../runtime/process.ts";
import { GoHttpError, goRequest } from "../go/http-get.ts";
import { bodyOf, goNotFound, goResponse, targetOf } from "../go/http.ts";
import { goFatal, goLog } from "../go/log.ts";
import { type InClusterClient, inClusterClient } from "../in-cluster.ts";
import { subcommand } from "./subcommand.ts";

const roundMs = 5000;
const rounds = 15;
const patienceMs = 300_000;
const logLength = 500;

/** What `/read` shows, as it stands. */
interface State {
  readonly Hostname: string;
  readonly Sent: Record<string, number>;
  readonly Received: Record<string, number>;
  readonly Errors: string[];
  readonly Log: string[];
  StillContactingPeers: boolean;
}

interface Test {
  readonly process: Process;
  readonly state: State;
  readonly peers: number;
  readonly namespace: string;
  readonly service: string;
}

/** Talks to every pod of its Service and hears from each. */
export const nettest = subcommand({
  name: "nettest",
  short: "Starts a tiny web server for checking networking connectivity",
  defaults: { port: 8080, peers: 8, service: "nettest", namespace: "default", "delay-shutdown": 0 },
  async run(process, { port, peers, service, namespace, ...flags }) {
    if (service === "") return goFatal(process, "Must provide -service flag.");
    const state: State = {
      Hostname: process.container.hostname,
      Sent: {},
      Received: {},
      Errors: [],
      Log: [],
      StillContactingPeers: true,
    };
    const test: Test = { process, state, peers, namespace, service };
    const client = inClusterClient(process);
    if (typeof client === "string") return goFatal(process, `Unable to create config; error: ${client}`);
    const ended = new Promise<number>((resolve) => {
      process.onSignal("SIGTERM", () => {
        const seconds = flags["delay-shutdown"];
        if (seconds > 0) goLog(process, `Sleeping ${seconds} seconds before exit ...`);
        process.clock.after(seconds * 1000, () => resolve(seconds > 0 ? 0 : 2));
      });
      process.network.serveHttp(port, (request) => answer(test, request, () => resolve(0)));
    });
    process.fork(async () => {
      await contactOthers(test, client);
      return 0;
    });
    return process.waitFor(ended);
  },
});

function answer(test: Test, request: HttpRequest, quit: () => void): HttpResponse | Promise<HttpResponse> {
  const { process, state } = test;
  switch (targetOf(request).path) {
    case "/quit":
      quit();
      return new Promise<never>(() => {});
    case "/read":
      return goResponse(process, JSON.stringify(state, undefined, "\t"));
    case "/write":
      return write(test, request);
    case "/status":
      return goResponse(process, status(test));
    default:
      return goNotFound(process);
  }
}

function status({ state, peers, namespace, service }: Test): string {
  const [sent, received] = [Object.keys(state.Sent).length, Object.keys(state.Received).length];
  if (sent >= peers && received >= peers) return "pass";
  if (state.StillContactingPeers) return "running";
  note(
    state,
    `Declaring failure for ${namespace}/${service} with ${sent} sent and ${received} received and ${peers} peers`,
  );
  return "fail";
}

function note({ Log: lines }: State, line: string): void {
  lines.push(line);
  if (lines.length > logLength) lines.shift();
}

async function write({ process, state }: Test, request: HttpRequest): Promise<HttpResponse> {
  const { Source: source } = parsed(decodeText(await bodyOf(request)));
  if (source === "") state.Errors.push(`${state.Hostname}: Got request with no source`);
  else state.Received[source] = (state.Received[source] ?? 0) + 1;
  return goResponse(process, `${JSON.stringify({ Hostname: state.Hostname })}\n`);
}

function parsed(text: string): { readonly Source: string; readonly Hostname: string } {
  try {
    return { Source: "", Hostname: "", ...(JSON.parse(text) as object) };
  } catch (error) {
    if (error instanceof SyntaxError) return { Source: "", Hostname: "" };
    throw error;
  }
}

async function contactOthers(test: Test, client: InClusterClient): Promise<void> {
  const { process, state, peers, namespace, service } = test;
  const until = process.clock.now() + patienceMs;
  for (; process.clock.now() < until; await process.sleep(roundMs)) {
    const found = await endpoints(test, client);
    if (found.length >= peers) break;
    const shown = found.join(" ");
    note(
      state,
      `${namespace}/${service} has ${found.length} endpoints ([${shown}]), which is less than ${peers} as expected. Waiting for all endpoints to come up.`,
    );
  }
  for (let round = 0; round < rounds; round++) {
    for (const endpoint of await endpoints(test, client)) await contact(test, endpoint);
    await process.sleep(roundMs);
  }
  state.StillContactingPeers = false;
}

interface EndpointsObject {
  readonly subsets?: readonly {
    readonly addresses?: readonly { readonly ip: string }[];
    readonly ports?: readonly { readonly port: number }[];
  }[];
}

async function endpoints({ state, namespace, service }: Test, client: InClusterClient): Promise<readonly string[]> {
  try {
    const { status: code, body } = await client.get(`/api/v1/namespaces/${namespace}/endpoints/${service}`);
    if (code !== 200) throw new NetworkError("ECONNRESET", body);
    const { subsets = [] } = JSON.parse(body) as EndpointsObject;
    return subsets
      .flatMap(({ addresses = [], ports = [] }) =>
        addresses.flatMap(({ ip }) => ports.map(({ port }) => `http://${ip}:${port}`)),
      )
      .toSorted();
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    note(state, `Unable to read the endpoints for ${namespace}/${service}: ${error.message}.`);
    return [];
  }
}

async function contact({ process, state }: Test, endpoint: string): Promise<void> {
  note(state, `Attempting to contact ${endpoint}`);
  const body = JSON.stringify({ Source: state.Hostname, Dest: endpoint });
  try {
    const headers = { "content-type": "application/json" };
    const reply = await goRequest(process, `${endpoint}/write`, { method: "POST", body, headers });
    const { Hostname: peer } = parsed(reply.body);
    state.Sent[peer] = (state.Sent[peer] ?? 0) + 1;
  } catch (error) {
    if (!(error instanceof GoHttpError)) throw error;
    note(state, `Warning: unable to contact the endpoint ${JSON.stringify(endpoint)}: ${error.message}`);
  }
}
