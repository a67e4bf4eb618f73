import type { Duplex } from "node:stream";

import { decodeText } from "../../api/bytes.ts";
import { NetworkError } from "../../network/network.ts";
import type { Process } from "../../runtime/process.ts";
import { dialFailure } from "../go/http-get.ts";
import { bodyOf, goError, goNotFound, goResponse, targetOf } from "../go/http.ts";
import { goFatal, goLog } from "../go/log.ts";
import { serveUntilKilled } from "../go/serve-until-killed.ts";
import { subcommand } from "./subcommand.ts";

/** A runner's options, as JSON gives them. */
interface Options {
  readonly LocalAddr?: string;
  readonly RemoteAddr?: string;
  readonly TimeoutSeconds?: number;
  readonly PostFinTimeoutSeconds?: number;
  readonly LeakConnection?: boolean;
}

/** What a runner wrote, and why it failed. */
interface Outcome {
  readonly output: string;
  readonly failure: string | undefined;
}

type Runner = (process: Process, options: Options, say: (line: string) => void) => Promise<string | undefined>;

const runners: ReadonlyMap<string, Runner> = new Map([
  ["nat-closewait-client", closeWaitClient],
  ["nat-closewait-server", closeWaitServer],
]);

/** Runs one end of a test of half-closed connections, at once or whenever it is asked over HTTP. */
export const net = subcommand({
  name: "net",
  short: "Creates webserver or runner for various networking tests",
  defaults: { serve: "", runner: "", options: "", "delay-shutdown": 0 },
  async run(process, { serve, runner, options }) {
    if (runner === "" && serve === "") return goFatal(process, "Must set either --runner or --serve, see --help");
    if (serve !== "") return serveRuns(process, serve);
    const { output, failure } = await execute(process, runner, options);
    if (failure !== undefined) goLog(process, `Error: ${failure}`);
    await process.print(`output:\n\n${output}`);
    return failure === undefined ? 0 : 1;
  },
});

async function serveRuns(process: Process, address: string): Promise<number> {
  const [host = "", port = ""] = address.split(":");
  goLog(process, `Running server on ${address}`);
  process.network.serveHttp(
    Number(port),
    async (request) => {
      const parts = targetOf(request).path.split("/");
      if (parts[1] !== "run") return goNotFound(process);
      if (parts.length !== 3) return goError(process, `invalid request to run: [${parts.join(" ")}]`, 400);
      const { output, failure } = await execute(process, parts[2] ?? "", decodeText(await bodyOf(request)));
      if (failure !== undefined) return goError(process, `Error from runner: ${failure}\noutput:\n\n${output}`, 500);
      return goResponse(process, `ok\noutput:\n\n${output}`);
    },
    host === "" || host === "0.0.0.0" ? undefined : host,
  );
  return serveUntilKilled(process);
}

async function execute(process: Process, name: string, json: string): Promise<Outcome> {
  const runner = runners.get(name);
  if (!runner) return { output: "", failure: "Invalid runner: '<nil>', see --help" };
  const options = optionsFrom(json);
  if (typeof options === "string") return { output: "", failure: `Invalid options JSON: ${options}` };
  let output = "";
  const failure = await runner(process, options, (line) => {
    output += `# closewait.go: ${line}\n`;
  });
  return { output, failure };
}

function optionsFrom(json: string): Options | string {
  try {
    return JSON.parse(json) as Options;
  } catch (error) {
    if (error instanceof SyntaxError) return error.message;
    throw error;
  }
}

function addressOf(text: string): { readonly ip: string; readonly port: number } {
  const [ip = "", port = ""] = text.split(":");
  return { ip: ip === "" ? "127.0.0.1" : ip, port: Number(port) };
}

async function closeWaitClient(
  process: Process,
  options: Options,
  say: (line: string) => void,
): Promise<string | undefined> {
  const to = addressOf(options.RemoteAddr ?? "");
  try {
    const [ip = to.ip] = await process.network.lookup(to.ip);
    const connection = await process.network.dial({ ip, port: to.port });
    say("Connected to server");
    const seen = await firstWord(process, connection, (options.TimeoutSeconds ?? 0) * 1000);
    if (seen !== "end") return seen === "data" ? "Got data but expected EOF" : "i/o timeout";
    say(`Server has half-closed the connection, waiting ${options.PostFinTimeoutSeconds ?? 0} seconds`);
    if (options.LeakConnection === true) say("Leaking client connection (assigning to global variable)");
    await process.sleep((options.PostFinTimeoutSeconds ?? 0) * 1000);
    if (options.LeakConnection !== true) connection.destroy();
    say("Done");
    return undefined;
  } catch (error) {
    if (error instanceof NetworkError) return dialFailure(error.code, `${to.ip}:${to.port}`);
    throw error;
  }
}

/** What comes first on a connection. */
function firstWord(process: Process, connection: Duplex, timeoutMs: number): Promise<"data" | "end" | "timeout"> {
  return process.waitFor(
    new Promise((resolve) => {
      connection.once("data", () => resolve("data"));
      connection.once("end", () => resolve("end"));
      connection.resume();
      if (timeoutMs > 0) process.clock.after(timeoutMs, () => resolve("timeout"));
    }),
  );
}

async function closeWaitServer(
  process: Process,
  options: Options,
  say: (line: string) => void,
): Promise<string | undefined> {
  const address = options.LocalAddr ?? "";
  const { port } = addressOf(address);
  let close = (): void => {};
  try {
    const accepted = new Promise<Duplex>((resolve) => {
      close = process.network.serveTcp(port, resolve);
    });
    say(`Server listening on ${address}`);
    const connection = await process.waitFor(accepted);
    say("Client connected");
    connection.end();
    say(`Server sent FIN, waiting ${options.PostFinTimeoutSeconds ?? 0} seconds`);
    await process.sleep((options.PostFinTimeoutSeconds ?? 0) * 1000);
    connection.destroy();
    say("Done");
    return undefined;
  } catch (error) {
    if (error instanceof NetworkError) return `listen tcp ${address}: bind: address already in use`;
    throw error;
  } finally {
    close();
  }
}
