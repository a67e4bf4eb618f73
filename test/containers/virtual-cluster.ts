import { readAll } from "../../src/api/bytes.ts";
import type { ContainerStatus, Event, Pod } from "../../src/api/types.gen.ts";
import { type Cluster, type ClusterOptions, createCluster } from "../../src/index.ts";
import { pods } from "../../src/resources/core/pod.ts";

/** A cluster without sockets, on a clock that the test moves. */
export interface VirtualCluster {
  readonly cluster: Cluster;
  /** What was logged as an error: a bug of ours. */
  readonly errors: readonly string[];
  /** Applies manifests and lets everything settle. */
  apply(...manifests: readonly (string | object)[]): Promise<void>;
  pod(name: string): Promise<Pod>;
  container(pod: string, name?: string): Promise<ContainerStatus>;
  /** What a script prints in a container, stderr after stdout; a failure adds `exit N`. */
  sh(pod: string, script: string, container?: string): Promise<string>;
  /** `GET` of any path, as text. */
  get(
    path: string,
    headers?: Readonly<Record<string, string>>,
  ): Promise<{ readonly status: number; readonly text: string }>;
  /** `Reason: message` of a pod's events, in order of first appearance. */
  events(pod: string): Promise<readonly string[]>;
  patch(path: string, change: object): Promise<void>;
  remove(path: string): Promise<void>;
}

export async function startVirtualCluster(options: ClusterOptions = {}): Promise<VirtualCluster> {
  const errors: string[] = [];
  const log = { write: (level: string, text: string) => void (level === "error" && errors.push(text)) };
  const cluster = await createCluster({ clock: "virtual", log, ...options });
  const request = async (
    method: string,
    path: string,
    { headers = {}, body }: { readonly headers?: Readonly<Record<string, string>>; readonly body?: object } = {},
  ): Promise<{ status: number; text: string }> => {
    const response = await cluster.transport.request({
      method,
      path,
      headers,
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    return { status: response.status, text: Buffer.from(await readAll(response.body)).toString() };
  };
  const pod = async (name: string): Promise<Pod> => {
    const found = await cluster.client.get(pods, { namespace: "default", name });
    if (!found) throw new Error(`no pod ${name}`);
    return found;
  };
  return {
    cluster,
    errors,
    pod,
    async apply(...manifests) {
      for (const manifest of manifests)
        await cluster.apply(typeof manifest === "string" ? manifest : JSON.stringify(manifest));
      await cluster.settle();
    },
    async container(name, wanted = "main") {
      const { initContainerStatuses = [], containerStatuses = [] } = (await pod(name)).status ?? {};
      const found = [...initContainerStatuses, ...containerStatuses].find((one) => one.name === wanted);
      if (!found) throw new Error(`no container ${wanted} in ${name}`);
      return found;
    },
    async sh(name, script, container = "main") {
      const { stdout, stderr, exitCode } = await cluster.exec(name, ["sh", "-c", script], { container });
      return stdout + stderr + (exitCode === 0 ? "" : `exit ${exitCode}\n`);
    },
    get: (path, headers = {}) => request("GET", path, { headers }),
    async events(name) {
      const field = encodeURIComponent(`involvedObject.name=${name}`);
      const { text } = await request("GET", `/api/v1/namespaces/default/events?fieldSelector=${field}`);
      const { items } = JSON.parse(text) as { items: Event[] };
      return items
        .toSorted((a, b) => Number(a.metadata.resourceVersion) - Number(b.metadata.resourceVersion))
        .map(({ reason, message }) => `${reason}: ${message}`);
    },
    async patch(path, body) {
      const headers = { "content-type": "application/strategic-merge-patch+json" };
      const { status, text } = await request("PATCH", path, { headers, body });
      if (status !== 200) throw new Error(text);
      await cluster.settle();
    },
    async remove(path) {
      await request("DELETE", path);
      await cluster.settle();
    },
  };
}
