import { type Cluster, type ClusterOptions, createCluster, type Image } from "../../src/index.ts";

/**
 * A server for tests on Services: HTTP and UDP on 8080 and 8081 and lines of TCP on 9000. It says which pod answers, or
 * with `/client` whom it sees.
 */
const echo: Image = {
  names: ["test/echo"],
  base: "busybox",
  entrypoint: ["/echo"],
  programs: {
    async "/echo"(process) {
      const { container, network } = process;
      const { name } = container.pod;
      for (const port of [8080, 8081]) {
        network.serveHttp(port, ({ url, remote }) => {
          return { status: 200, headers: {}, body: url === "/client" ? (remote?.ip ?? "") : `${name}:${port}` };
        });
        const socket = network.bindUdp(port, ({ from }) => socket.send(from, Buffer.from(`${name}:${port}`)));
      }
      network.serveTcp(9000, (connection) => {
        connection.on("data", () => connection.write(`${name}\n`));
        connection.on("end", () => connection.end());
      });
      await process.terminated;
      await process.sleep(Number(process.env.get("LINGER_MS") ?? 0));
      return 0;
    },
  },
};

/** Fails on whatever the cluster itself holds for a bug. */
const strictLog = {
  write(level: string, message: string): void {
    if (level === "error") throw new Error(`the cluster logged an error: ${message}`);
  },
};

/** A cluster of three nodes with the image `test/echo` and, in `default`, a pod `client` on picokube-worker. */
export async function serviceCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const cluster = await createCluster({ log: strictLog, ...options, images: [echo, ...(options.images ?? [])] });
  await cluster.apply(pod("client", { app: "client" }, { nodeName: "picokube-worker" }));
  await cluster.settle();
  return cluster;
}

/** A manifest of one echo server. */
export function pod(
  name: string,
  labels: Readonly<Record<string, string>>,
  spec: object = {},
  container: object = {},
): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, labels },
    spec: {
      terminationGracePeriodSeconds: 1,
      containers: [{ name: "main", image: "test/echo", ...container }],
      ...spec,
    },
  });
}

/** A manifest of a Service for `app: web` on port 80, unless `spec` says otherwise. */
export function service(name: string, spec: object = {}, metadata: object = {}): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, ...metadata },
    spec: { selector: { app: "web" }, ports: [{ port: 80, targetPort: 8080 }], ...spec },
  });
}

/** Who answers from this machine: `from` of `answer`. */
export const host = null;

/** Who answers a number of requests, one after the other; an error's code or message where nobody does. */
export async function answers(
  cluster: Cluster,
  url: string,
  count: number,
  from: string | null = "client",
): Promise<string[]> {
  const found: string[] = [];
  for (let index = 0; index < count; index++) found.push(await answer(cluster, url, from));
  return found;
}

export async function answer(cluster: Cluster, url: string, from: string | null = "client"): Promise<string> {
  try {
    return (await cluster.fetch(url, from === null ? {} : { from })).body;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return "code" in error && typeof error.code === "string" ? error.code : error.message;
  }
}
