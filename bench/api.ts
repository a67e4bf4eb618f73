import type { Cluster } from "picokube";

/** One request of the cluster's admin, without sockets; what the API server answers. What is not there (yet) is a Status. */
export async function call<T>(cluster: Cluster, method: string, path: string, body?: object): Promise<T> {
  const response = await cluster.transport.request({
    method,
    path,
    headers: { "content-type": "application/json" },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const chunks: Uint8Array[] = [];
  for await (const chunk of response.body) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  if (response.status >= 400 && response.status !== 404) throw new Error(`${method} ${path}: ${text}`);
  return JSON.parse(text) as T;
}

/** Lets the cluster work until `isSo`. */
export async function until(cluster: Cluster, isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await cluster.settle();
}

interface Counted {
  readonly metadata: { readonly generation?: number };
  readonly status?: { readonly observedGeneration?: number; readonly readyReplicas?: number };
}

/** Waits for all replicas of an object: `replicasets/web`. */
export async function untilReady(cluster: Cluster, name: string, replicas: number): Promise<void> {
  await until(cluster, async () => {
    const { status } = await call<Counted>(cluster, "GET", `/apis/apps/v1/namespaces/default/${name}`);
    return status?.readyReplicas === replicas;
  });
}

interface Endpoints {
  readonly subsets?: readonly { readonly addresses?: readonly { readonly targetRef?: { readonly name: string } }[] }[];
}

/** Waits for a Service's ready pods: `count` of them, and not `without`. */
export async function untilEndpoints(cluster: Cluster, service: string, count: number, without = ""): Promise<void> {
  await until(cluster, async () => {
    const path = `/api/v1/namespaces/default/endpoints/${service}`;
    const { subsets = [] } = await call<Endpoints>(cluster, "GET", path);
    const pods = subsets.flatMap(({ addresses = [] }) => addresses.map(({ targetRef }) => targetRef?.name));
    return pods.length === count && !pods.includes(without);
  });
}

/** In namespace default, with label `app`. */
export async function podNames(cluster: Cluster, app: string): Promise<readonly string[]> {
  const path = `/api/v1/namespaces/default/pods?labelSelector=app%3D${app}`;
  const { items } = await call<{ items: readonly { metadata: { name: string } }[] }>(cluster, "GET", path);
  return items.map(({ metadata }) => metadata.name);
}
