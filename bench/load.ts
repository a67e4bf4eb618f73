import { spawn } from "node:child_process";
import { once } from "node:events";

export interface LoadOptions {
  readonly url: string;
  readonly requests: number;
  readonly connections: number;
  /** Otherwise each request makes a connection of its own. */
  readonly keepAlive: boolean;
  readonly tls?: { readonly ca: string; readonly cert: string; readonly key: string };
}

export interface Load {
  readonly perSecond: number;
  /** This process's work for one request. */
  readonly cpuMicros: number;
}

/** Sends requests from another process, so that the client's work is not counted as the server's. */
export async function load(options: LoadOptions): Promise<Load> {
  const child = spawn(process.execPath, ["-e", client], { stdio: ["pipe", "pipe", "inherit"] });
  child.stdin.write(`${JSON.stringify(options)}\n`);
  await once(child.stdout, "data");
  const before = process.cpuUsage();
  child.stdin.end("go\n");
  const [seconds] = (await once(child.stdout, "data")) as [Buffer];
  const { user, system } = process.cpuUsage(before);
  await once(child, "close");
  return { perSecond: options.requests / Number(seconds), cpuMicros: (user + system) / options.requests };
}

/** Of several loads after a warm one, the one that cost least; loads of two servers alternate, so that both have the same weather. */
export async function bestOf(rounds: number, both: readonly [LoadOptions, LoadOptions]): Promise<[Load, Load]> {
  const loads: [Load[], Load[]] = [[], []];
  for (let round = 0; round <= rounds; round++) {
    const pair = [await load(both[0]), await load(both[1])] as const;
    if (round === 0) continue;
    loads[0].push(pair[0]);
    loads[1].push(pair[1]);
  }
  return [best(loads[0]), best(loads[1])];
}

function best(loads: readonly Load[]): Load {
  return {
    perSecond: Math.max(...loads.map(({ perSecond }) => perSecond)),
    cpuMicros: Math.min(...loads.map(({ cpuMicros }) => cpuMicros)),
  };
}

const client = `
const lines = require("node:readline").createInterface(process.stdin);
lines.once("line", (line) => {
  const { url, requests, connections, keepAlive, tls } = JSON.parse(line);
  const { Agent, get } = require(tls ? "node:https" : "node:http");
  // Without keepAlive a limit of sockets would have them used again.
  const agent = new Agent({ keepAlive, ...tls });
  let started = 0, done = 0, start;
  const seconds = () => Number(process.hrtime.bigint()) / 1e9;
  const one = () => {
    if (started++ >= requests) return;
    get(url, { agent }, (response) => {
      response.resume();
      response.on("end", () => {
        if (++done === requests) process.stdout.write(String(seconds() - start), () => process.exit());
        else one();
      });
    });
  };
  lines.once("line", () => {
    start = seconds();
    for (let i = 0; i < connections; i++) one();
  });
  process.stdout.write("ready");
});
`;
