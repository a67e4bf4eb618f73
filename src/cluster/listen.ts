import { type Kubeconfig, kubeconfigFor } from "../apiserver/auth/kubeconfig.ts";
import { type HttpsServer, serveHttps } from "../apiserver/http.ts";
import { type HostPortChange, HostPorts } from "../kubeproxy/host-ports.ts";
import type { KubeProxy } from "../kubeproxy/kube-proxy.ts";
import type { Network } from "../network/network.ts";
import { hostIp } from "./addresses.ts";
import type { ControlPlane } from "./control-plane.ts";
import type { ListenOptions } from "./options.ts";
import type { Trust } from "./trust.ts";
import type { World } from "./world.ts";

/** The cluster's doors to this machine. */
export interface ClusterServer {
  readonly port: number;
  /** `https://127.0.0.1:6443` */
  readonly url: string;
  readonly caPem: string;
  /** For any client: a whole kubeconfig with the admin's certificate. As JSON it is valid YAML. */
  readonly kubeconfig: Kubeconfig;
  /** Closes the API's port and the NodePorts, and cuts their connections. */
  close(): Promise<void>;
}

export interface ListenParts {
  readonly world: World;
  readonly plane: ControlPlane;
  readonly network: Network;
  readonly proxy: KubeProxy;
  readonly trust: Trust;
  onHostPort(change: HostPortChange): void;
}

export async function listen(parts: ListenParts, options: ListenOptions): Promise<ClusterServer> {
  const { world, plane, network, proxy } = parts;
  const { host = "127.0.0.1", port = 0, name = "picokube", nodePortAddress = "127.0.0.1" } = options;
  const authority = await parts.trust.authority();
  const credentials = await authority.issueServer(isEverywhere(host) ? [] : [host]);
  const https = await serveHttps(plane.server, {
    host,
    port,
    credentials,
    clientCaPem: authority.caPem,
    random: world.random.fork("http"),
    log: world.log,
  });
  const ports =
    nodePortAddress === false
      ? undefined
      : new HostPorts({
          informers: plane.informers,
          network,
          proxy,
          events: plane.events,
          clock: world.clock,
          log: world.log,
          nodePortAddress,
          hostIp,
          onChange: (change) => parts.onHostPort(change),
        });
  const admin = await authority.issueClient("kubernetes-admin", ["system:masters"]);
  return {
    port: https.port,
    url: https.url,
    caPem: authority.caPem,
    kubeconfig: kubeconfigFor({ name, server: https.url, caPem: authority.caPem, credentials: admin }),
    close: () => closeAll(https, ports),
  };
}

async function closeAll(https: HttpsServer, ports: HostPorts | undefined): Promise<void> {
  ports?.close();
  await https.close();
}

function isEverywhere(host: string): boolean {
  return host === "0.0.0.0" || host === "::";
}
