import { type Kubeconfig, kubeconfigFor } from "../apiserver/auth/kubeconfig.ts";
import { dnsServiceIp } from "../apiserver/bootstrap.ts";
import { type HttpsServer, serveHttps } from "../apiserver/http.ts";
import { type HostPortChange, HostPorts } from "../kubeproxy/host-ports.ts";
import type { KubeProxy } from "../kubeproxy/kube-proxy.ts";
import type { Address, Network } from "../network/network.ts";
import { services } from "../resources/core/service.ts";
import { apiPort, hostIp, nodeIp } from "./addresses.ts";
import type { ControlPlane } from "./control-plane.ts";
import { type HostDoor, HostPortError, openDnsDoor } from "./host-door.ts";
import { openIngressDoor } from "./ingress-door.ts";
import { ingressControllerName, ingressNamespace } from "./ingress-workloads.ts";
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
  /** Where Ingresses answer, when that was asked for. */
  readonly ingressPort?: number;
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
const dnsServicePort = 53;

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
    clock: world.clock,
    random: world.random.fork("http"),
    log: world.log,
  });
  const doors = await openDoors(parts, options).catch(async (error: unknown) => {
    await https.close();
    throw error;
  });
  const leaveNetwork = serveInCluster(network, https);
  const ports = nodePortAddress === false ? undefined : openHostPorts(parts, nodePortAddress);
  const admin = await authority.issueClient("kubernetes-admin", ["system:masters"]);
  return {
    port: https.port,
    url: https.url,
    ...(doors.dns ? { dnsPort: doors.dns.port } : {}),
    ...(doors.ingress ? { ingressPort: doors.ingress.port } : {}),
    caPem: authority.caPem,
    kubeconfig: kubeconfigFor({ name, server: https.url, caPem: authority.caPem, credentials: admin }),
    async close() {
      leaveNetwork();
      doors.dns?.close();
      doors.ingress?.close();
      ports?.close();
      if (ports) parts.hostPorts.delete(ports);
      await https.close();
    },
  };
}

interface Doors {
  readonly dns?: HostDoor;
  readonly ingress?: HostDoor;
}

async function openDoors({ network, world, plane }: ListenParts, options: ListenOptions): Promise<Doors> {
  const { dnsPort, ingressPort } = options;
  const at = (port: number): Address => ({ ip: localhost, port });
  const toDns = { ip: dnsServiceIp, port: dnsServicePort };
  const dns =
    dnsPort === undefined
      ? undefined
      : await openDnsDoor({ network, clock: world.clock }, at(dnsPort), toDns).catch((error: unknown) => {
          throw new HostPortError("DNS", at(dnsPort), error);
        });
  if (ingressPort === undefined) return dns ? { dns } : {};
  const service = { namespace: ingressNamespace, name: ingressControllerName };
  const controller = (): string | undefined => plane.informers.for(services).get(service)?.spec.clusterIP;
  try {
    const ingress = await openIngressDoor(network, { address: at(ingressPort), controller });
    return { ...(dns ? { dns } : {}), ingress };
  } catch (error) {
    dns?.close();
    throw new HostPortError("Ingresses", at(ingressPort), error);
  }
}

/** Pods, where there are nodes, reach the API server too: it listens on the control plane's, behind the Service `kubernetes`. */
function serveInCluster(network: Network, https: HttpsServer): () => void {
  const address = { ip: nodeIp(0), port: apiPort };
  if (!network.hasHost(address.ip) || network.listenerAt(address)) return () => {};
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
