import { type Cluster, type ClusterServer, HostPortError, type ListenOptions } from "../index.ts";

const defaultPort = 6443;
const portsTried = 100;

/** A port beside the API's cannot be had. */
export class OtherPortError extends Error {}

/** The port that the user named belongs to somebody else. */
export class PortTakenError extends Error {}

/** Listens on the port that was asked for, or on the first free one from 6443 on. */
export async function listenOn(
  cluster: Cluster,
  port: number | undefined,
  options: ListenOptions,
): Promise<ClusterServer> {
  if (port !== undefined) return listenOnce(cluster, port, options);
  for (let tried = defaultPort; ; tried++) {
    try {
      return await listenOnce(cluster, tried, options);
    } catch (error) {
      if (!(error instanceof PortTakenError) || tried >= defaultPort + portsTried) throw error;
    }
  }
}

async function listenOnce(cluster: Cluster, port: number, options: ListenOptions): Promise<ClusterServer> {
  try {
    return await cluster.listen({ ...options, port });
  } catch (error) {
    if (error instanceof HostPortError) throw new OtherPortError(error.message);
    if (!isSystemError(error) || (error.code !== "EADDRINUSE" && error.code !== "EACCES")) throw error;
    const why = error.code === "EACCES" ? "may not be used without more rights" : "is in use";
    throw new PortTakenError(`port ${port} ${why}; choose another with --port`);
  }
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "code" in error;
}
