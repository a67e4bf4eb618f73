import { readAll } from "../../src/api/bytes.ts";
import type { KubeObject } from "../../src/api/object.ts";
import type {
  DaemonSet,
  Deployment,
  Endpoints,
  EndpointSlice,
  Job,
  Namespace,
  Node,
  Pod,
  ReplicaSet,
  Service,
  StatefulSet,
} from "../../src/api/types.gen.ts";
import type { Cluster } from "../../src/index.ts";
import { daemonSets } from "../../src/resources/apps/daemon-set.ts";
import { deployments } from "../../src/resources/apps/deployment.ts";
import { replicaSets } from "../../src/resources/apps/replica-set.ts";
import { statefulSets } from "../../src/resources/apps/stateful-set.ts";
import { jobs } from "../../src/resources/batch/job.ts";
import { endpoints } from "../../src/resources/core/endpoints.ts";
import { namespaces } from "../../src/resources/core/namespace.ts";
import { nodes } from "../../src/resources/core/node.ts";
import { pods } from "../../src/resources/core/pod.ts";
import { services } from "../../src/resources/core/service.ts";
import { endpointSlices } from "../../src/resources/discovery/endpoint-slice.ts";
import { builtinResources } from "../../src/resources/index.ts";

/** All that a cluster holds at one moment. */
export interface State {
  readonly namespaces: readonly Namespace[];
  readonly nodes: readonly Node[];
  readonly pods: readonly Pod[];
  readonly services: readonly Service[];
  readonly endpoints: readonly Endpoints[];
  readonly endpointSlices: readonly EndpointSlice[];
  readonly deployments: readonly Deployment[];
  readonly replicaSets: readonly ReplicaSet[];
  readonly statefulSets: readonly StatefulSet[];
  readonly daemonSets: readonly DaemonSet[];
  readonly jobs: readonly Job[];
  /** The uids of the pods that each node's kubelet tells of; nodes that are not well are left out. */
  readonly running: ReadonlyMap<string, readonly string[]>;
  /** Of every kind, these too. */
  readonly objects: readonly KubeObject[];
}

export async function stateOf(cluster: Cluster, isWell: (node: string) => boolean): Promise<State> {
  const { client } = cluster;
  const lists = await Promise.all(builtinResources.map((resource) => client.list(resource)));
  const allNodes = await client.list(nodes);
  const reached = allNodes.map(({ metadata }) => metadata.name).filter((node) => isWell(node));
  const running = await Promise.all(reached.map(async (node) => [node, await podsAt(node, cluster)] as const));
  return {
    namespaces: await client.list(namespaces),
    nodes: allNodes,
    pods: await client.list(pods),
    services: await client.list(services),
    endpoints: await client.list(endpoints),
    endpointSlices: await client.list(endpointSlices),
    deployments: await client.list(deployments),
    replicaSets: await client.list(replicaSets),
    statefulSets: await client.list(statefulSets),
    daemonSets: await client.list(daemonSets),
    jobs: await client.list(jobs),
    running: new Map(running),
    objects: lists.flat(),
  };
}

async function podsAt(node: string, { transport }: Cluster): Promise<readonly string[]> {
  const { body } = await transport.request({ method: "GET", path: `/api/v1/nodes/${node}/proxy/pods` });
  const { items } = JSON.parse(Buffer.from(await readAll(body)).toString()) as { items: readonly Pod[] };
  return items.map(({ metadata }) => metadata.uid ?? "");
}

export function nameOf({ kind, metadata }: KubeObject): string {
  return `${kind.toLowerCase()} ${metadata.namespace ? `${metadata.namespace}/` : ""}${metadata.name}`;
}

/** Neither ended nor on its way out. */
export function isActive({ metadata, status }: Pod): boolean {
  return metadata.deletionTimestamp === undefined && status?.phase !== "Succeeded" && status?.phase !== "Failed";
}

export function hasEnded({ status }: Pod): boolean {
  return status?.phase === "Succeeded" || status?.phase === "Failed";
}

export function isReady({ status }: Pod): boolean {
  return status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True") ?? false;
}

/** The pods that an object controls. */
export function podsOf({ pods: all }: State, { metadata }: KubeObject): readonly Pod[] {
  return all.filter(({ metadata: { ownerReferences = [] } }) =>
    ownerReferences.some(({ controller, uid }) => controller && uid === metadata.uid),
  );
}
