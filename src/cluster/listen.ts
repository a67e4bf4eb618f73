import { type Kubeconfig, kubeconfigFor } from "../apiserver/auth/kubeconfig.ts";
import { dnsServiceIp } from "../apiserver/bootstrap.ts";
import { type HttpsServer, serveHttps } from "../apiserver/http.ts";
import { type HostPortChange, HostPorts } from "../kubeproxy/host-ports.ts";
import type { KubeProxy } from "../kubeproxy/kube-proxy.ts";
import type { Network } from "../network/network.ts";
import { apiPort, hostIp, nodeIp } from "./addresses.ts";
import type { ControlPlane } from "./control-plane.ts";
import { type HostDoor, openDnsDoor } from "./host-door.ts";
import type { ListenOptions } from "./options.ts";
import type { Trust } from "./trust.ts";
import type { World } from "./world.ts";

/** The cluster's doors to this machine. */
export interface ClusterServer {
  readonly port: number;
  /** `https://127.0.0.1:6443` */
  readonly url: string;
  /** Where the cluster's DNS answers, when that was asked for. */
  readonly dnsPort?: number;
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
  /** The host ports of every server, for those who ask where a Service is reached. */
  readonly hostPorts: Set<HostPorts>;
  onHostPort(change: HostPortChange): void;
}

const localhost = "127.0.0.1";
const dnsPort = 53;

export async function listen(parts: ListenParts, options: ListenOptions): Promise<ClusterServer> {
  const { world, plane, network } = parts;
  const { host = localhost, port = 0, name = "picokube", nodePortAddress = localhost } = options;
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
  const dns = await openDns(parts, options).catch(async (error: unknown) => {
    await https.close();
    throw error;
  });
  const leaveNetwork = serveInCluster(network, https);
  const ports = nodePortAddress === false ? undefined : openHostPorts(parts, nodePortAddress);
  const admin = await authority.issueClient("kubernetes-admin", ["system:masters"]);
  return {
    port: https.port,
    url: https.url,
    ...(dns ? { dnsPort: dns.port } : {}),
    caPem: authority.caPem,
    kubeconfig: kubeconfigFor({ name, server: https.url, caPem: authority.caPem, credentials: admin }),
    async close() {
      leaveNetwork();
      dns?.close();
      ports?.close();
      if (ports) parts.hostPorts.delete(ports);
      await https.close();
    },
  };
}

async function openDns({ network, world }: ListenParts, options: ListenOptions): Promise<HostDoor | undefined> {
  if (options.dnsPort === undefined) return undefined;
  const to = { ip: dnsServiceIp, port: dnsPort };
  return openDnsDoor({ network, clock: world.clock }, { ip: localhost, port: options.dnsPort }, to);
}

/** Pods reach the API server too: it listens on the control plane's node, behind the Service `kubernetes`. */
function serveInCluster(network: Network, https: HttpsServer): () => void {
  const address = { ip: nodeIp(0), port: apiPort };
  if (network.listenerAt(address)) return () => {};
  return network.listen(address, { accept: (connection) => https.accept(connection) });
}

function openHostPorts(parts: ListenParts, nodePortAddress: string): HostPorts {
  const { world, plane, network, proxy } = parts;
  const ports = new HostPorts({
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
  parts.hostPorts.add(ports);
  return ports;
}

function isEverywhere(host: string): boolean {
  return host === "0.0.0.0" || host === "::";
}
