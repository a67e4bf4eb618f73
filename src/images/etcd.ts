import type { HttpResponse } from "../network/http.ts";
import type { Image } from "../runtime/image.ts";
import type { Process } from "../runtime/process.ts";

const program = "/usr/local/bin/etcd";
const memoryBytes = 34 * 1024 * 1024;
const clientFlag = "--listen-client-urls";

/** etcd: it answers that it is well where it listens without TLS. Nothing is kept in it: its clients keep what is theirs. */
export const etcd: Image = {
  names: ["registry.k8s.io/etcd"],
  base: "none",
  entrypoint: [program],
  sizeMiB: 55,
  programs: { [program]: (process) => run(process) },
};

async function run(process: Process): Promise<number> {
  process.memoryBytes = memoryBytes;
  for (const url of clientUrls(process.argv)) {
    const { protocol, hostname, port } = new URL(url);
    const host = hostname === "localhost" ? "127.0.0.1" : hostname;
    if (protocol === "http:") process.network.serveHttp(Number(port || 80), ({ url: path }) => answer(path), host);
  }
  await process.warn(opening(process));
  await process.terminated;
  return 0;
}

/** Both `--flag=value` and `--flag value`. */
function clientUrls(argv: readonly string[]): readonly string[] {
  const at = argv.findIndex((word) => word === clientFlag || word.startsWith(`${clientFlag}=`));
  const given = argv[at] === clientFlag ? argv[at + 1] : argv[at]?.slice(clientFlag.length + 1);
  return (given ?? "http://localhost:2379").split(",");
}

function answer(path: string): HttpResponse {
  const bodies: Readonly<Record<string, object>> = {
    "/health": { health: "true", reason: "" },
    "/version": { etcdserver: "3.5.16", etcdcluster: "3.5.0" },
  };
  const body = bodies[path];
  const headers = { "content-type": body ? "application/json" : "text/plain; charset=utf-8" };
  return { status: body ? 200 : 404, headers, body: body ? JSON.stringify(body) : "404 page not found\n" };
}

/** It logs JSON. */
function opening({ clock, container }: Process): string {
  const ts = new Date(clock.now()).toISOString();
  const line = (caller: string, msg: string, more: object = {}): string =>
    `${JSON.stringify({ level: "info", ts, caller, msg, ...more })}\n`;
  return [
    line("etcdmain/etcd.go:73", "Running: ", { args: ["etcd", `--name=${container.pod.nodeName}`] }),
    line("embed/etcd.go:128", "configuring peer listeners", { "listen-peer-urls": ["https://127.0.0.1:2380"] }),
    line("etcdserver/server.go:2140", "published local member to cluster through raft"),
    line("embed/serve.go:103", "ready to serve client requests"),
  ].join("");
}
