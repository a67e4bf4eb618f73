import { readFileSync } from "node:fs";

import { type Cluster, type ClusterServer, createCluster, freshSeed } from "../index.ts";
import { chooseName, kubeconfigPath, mergeKubeconfig, writeKubeconfig } from "./kubeconfig-file.ts";
import { listenOn, OtherPortError, PortTakenError } from "./listen-port.ts";
import { loadImages } from "./load-images.ts";
import { banner, newsLine, stderrLog } from "./screen.ts";

export interface StartOptions {
  readonly port?: number;
  readonly kubeconfig?: string;
  readonly nodes: number;
  readonly seed?: number;
  readonly pace: "realistic" | "instant";
  readonly nodePortAddress: string;
  readonly dnsPort?: number;
  readonly ingressPort?: number;
  readonly proxyMode: "ipvs" | "iptables";
  readonly loadBalancer: "loopback" | "none";
  readonly image: readonly string[];
  readonly apply: readonly string[];
  readonly logLevel: "error" | "warn" | "info" | "debug";
  readonly quiet?: boolean;
}

/** Runs a cluster until Ctrl-C or SIGTERM; resolves with the exit code. */
export async function runCluster(options: StartOptions): Promise<number> {
  const startedAt = process.hrtime.bigint();
  const seed = options.seed ?? freshSeed();
  const images = await loadImages(options.image);
  if (typeof images === "string") return fail(images);
  const cluster = await createCluster({
    clock: "real",
    seed,
    nodes: options.nodes,
    pace: options.pace,
    proxyMode: options.proxyMode,
    loadBalancer: options.loadBalancer,
    systemPods: "full",
    images,
    log: stderrLog(options.logLevel),
  });
  try {
    return await serve(cluster, { options, seed, startedAt });
  } finally {
    await cluster.close();
  }
}

async function serve(
  cluster: Cluster,
  { options, seed, startedAt }: { options: StartOptions; seed: number; startedAt: bigint },
): Promise<number> {
  const stopped = signalled();
  const file = options.kubeconfig ?? kubeconfigPath();
  const name = options.kubeconfig ? "picokube" : await chooseName(file);
  if (!options.quiet) cluster.onNews((line) => process.stdout.write(newsLine(line)));
  let server: ClusterServer;
  try {
    const { nodePortAddress, dnsPort, ingressPort } = options;
    server = await listenOn(cluster, options.port, {
      name,
      nodePortAddress,
      ...(dnsPort === undefined ? {} : { dnsPort }),
      ...(ingressPort === undefined ? {} : { ingressPort }),
    });
  } catch (error) {
    if (error instanceof PortTakenError || error instanceof OtherPortError) return fail(error.message);
    throw error;
  }
  const restore = options.kubeconfig
    ? writeKubeconfig(server.kubeconfig, file)
    : mergeKubeconfig(server.kubeconfig, file);
  try {
    const readyMs = Number(process.hrtime.bigint() - startedAt) / 1e6;
    process.stdout.write(banner({ server, name, seed, readyMs, options, file }));
    const failure = await applyAll(cluster, options.apply);
    if (failure) return fail(failure);
    await stopped;
    return 0;
  } finally {
    restore();
  }
}

async function applyAll(cluster: Cluster, files: readonly string[]): Promise<string | undefined> {
  for (const file of files) {
    try {
      for (const line of await cluster.apply(readFileSync(file, "utf8"))) process.stdout.write(newsLine(line));
    } catch (error) {
      return `cannot apply ${file}: ${error instanceof Error ? error.message : String(error)}`;
    }
  }
  return undefined;
}

function signalled(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
}

function fail(message: string): number {
  process.stderr.write(`error: ${message}\n`);
  return 1;
}
