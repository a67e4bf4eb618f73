import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A program that carries TCP from a port to a port. */
export interface TcpProxy {
  readonly name: string;
  readonly port: number;
  stop(): Promise<void>;
}

interface Kind {
  readonly name: string;
  config(ports: { readonly from: number; readonly to: number; readonly folder: string }): string;
  args(file: string, folder: string): readonly string[];
}

const kinds: readonly Kind[] = [
  {
    name: "nginx",
    config: ({ from, to, folder }) => `
daemon off; pid ${folder}/pid; error_log stderr crit; worker_processes auto;
include /etc/nginx/modules-enabled/*.conf;
events { worker_connections 4096; }
stream { server { listen 127.0.0.1:${from}; proxy_pass 127.0.0.1:${to}; } }
`,
    args: (file, folder) => ["-c", file, "-p", folder, "-e", "stderr"],
  },
  {
    name: "haproxy",
    config: ({ from, to }) => `
defaults
  mode tcp
  timeout connect 5s
  timeout client 60s
  timeout server 60s
listen web
  bind 127.0.0.1:${from}
  server node 127.0.0.1:${to}
`,
    args: (file) => ["-f", file],
  },
];

const startingMs = 5000;
const lookEveryMs = 20;

/** Those that this machine has, in front of the same server: what people put before Node. None where none is installed. */
export async function tcpProxies(to: number, ports: readonly number[]): Promise<readonly TcpProxy[]> {
  const started = await Promise.all(kinds.map((kind, index) => start(kind, { from: ports[index] ?? 0, to })));
  return started.filter((proxy) => proxy !== undefined);
}

async function start(kind: Kind, { from, to }: { from: number; to: number }): Promise<TcpProxy | undefined> {
  const folder = mkdtempSync(join(tmpdir(), `bench-${kind.name}-`));
  const file = join(folder, "config");
  writeFileSync(file, kind.config({ from, to, folder }));
  const child = spawn(kind.name, kind.args(file, folder), { stdio: "ignore" });
  const over = new Promise<void>((resolve) => {
    child.once("error", () => resolve());
    child.once("close", () => resolve());
  });
  const stop = async (): Promise<void> => {
    child.kill();
    await over;
    rmSync(folder, { recursive: true });
  };
  if (await isUp(child, from, over)) return { name: kind.name, port: from, stop };
  await stop();
  return undefined;
}

async function isUp(child: ChildProcess, port: number, over: Promise<void>): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < startingMs && child.exitCode === null; waitedMs += lookEveryMs) {
    if (await answers(port)) return true;
    const pause = new Promise<void>((resolve) => {
      setTimeout(resolve, lookEveryMs);
    });
    await Promise.race([pause, over]);
    if (child.pid === undefined) return false;
  }
  return false;
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
