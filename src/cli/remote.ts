import { readFileSync } from "node:fs";
import { dirname } from "node:path";

import { Option } from "commander";

import { connectCluster, type RemoteCluster } from "../index.ts";
import { kubeconfigPath } from "./kubeconfig-file.ts";

export interface RemoteOptions {
  readonly kubeconfig?: string;
  readonly context?: string;
}

/** Which running cluster a command is for: as kubectl chooses it. */
export const remoteOptions: readonly Option[] = [
  new Option("--kubeconfig <file>", "the kubeconfig that names the cluster (default: yours)"),
  new Option("--context <name>", "a context of it (default: the current one)"),
];

/** Runs `work` against a running cluster; what goes wrong is told on stderr. Resolves with the exit code. */
export async function withCluster(
  { kubeconfig, context }: RemoteOptions,
  work: (cluster: RemoteCluster) => Promise<number>,
): Promise<number> {
  const file = kubeconfig ?? kubeconfigPath();
  let cluster: RemoteCluster | undefined;
  try {
    const options = { directory: dirname(file), ...(context === undefined ? {} : { context }) };
    cluster = connectCluster(readFileSync(file, "utf8"), options);
    return await work(cluster);
  } catch (error) {
    process.stderr.write(`error: ${errorText(error)}\n`);
    return 1;
  } finally {
    cluster?.close();
  }
}

function errorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as NodeJS.ErrnoException;
  if (code === "ECONNREFUSED") return "no cluster answers; is picokube running?";
  return code === "ENOENT" ? "there is no kubeconfig; is picokube running?" : error.message;
}

/** Resolves at Ctrl-C or SIGTERM. */
export function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
}
