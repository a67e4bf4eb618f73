import type { KubeObject } from "../../src/api/object.ts";
import type { Pod, PodSpec } from "../../src/api/types.gen.ts";
import type { Client } from "../../src/client/client.ts";
import type { ClusterOptions } from "../../src/cluster/options.ts";
import { createCluster } from "../../src/index.ts";
import { events } from "../../src/resources/core/event.ts";
import { pods } from "../../src/resources/core/pod.ts";
import type { ResourceDefinition } from "../../src/resources/definition.ts";
import { builtinResources } from "../../src/resources/index.ts";

/** What tests of controllers do with a cluster. Everything is in the default namespace and settled. */
export interface Hands {
  readonly client: Client;
  create(...objects: readonly object[]): Promise<void>;
  get<T extends KubeObject>(resource: ResourceDefinition<T>, name: string): Promise<T>;
  list<T extends KubeObject>(resource: ResourceDefinition<T>): Promise<readonly T[]>;
  patch<T extends KubeObject>(
    resource: ResourceDefinition<T>,
    name: string,
    patch: object,
    door?: "status",
  ): Promise<T>;
  remove(resource: ResourceDefinition, name: string, propagationPolicy?: string): Promise<void>;
  /** Pods of the default namespace, by name. */
  pods(): Promise<readonly Pod[]>;
  podNames(): Promise<readonly string[]>;
  /** `Normal SuccessfulCreate Created pod: web-0`, in order, about objects whose name starts with `name`. */
  events(name: string): Promise<readonly string[]>;
  advance(duration: string): Promise<void>;
}

/** A whole cluster. What is logged as an error fails the test. */
export interface TestCluster extends Hands, AsyncDisposable {}

export async function testCluster(options: ClusterOptions = {}): Promise<TestCluster> {
  const errors: string[] = [];
  const log = {
    write(level: string, message: string): void {
      if (level === "error") errors.push(message);
    },
  };
  const cluster = await createCluster({ nodes: 3, ...options, log });
  return {
    ...handsOn(cluster.client, cluster),
    async [Symbol.asyncDispose]() {
      await cluster.close();
      if (errors.length > 0) throw new Error(errors.join("\n"));
    },
  };
}

/** What lets time pass. */
export interface Times {
  settle(): Promise<void>;
  advance(duration: string): Promise<void>;
}

export function handsOn(client: Client, times: Times): Hands {
  const keyFor = (
    { namespaced }: { readonly namespaced: boolean },
    name: string,
  ): { namespace: string; name: string } => ({
    namespace: namespaced ? "default" : "",
    name,
  });
  const inDefault = async (): Promise<readonly Pod[]> => {
    const all = await client.list(pods, "default");
    return all.toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  };
  return {
    client,
    async create(...objects) {
      for (const object of objects as readonly KubeObject[]) {
        const resource = resourceOf(object);
        const namespace = resource.namespaced ? { namespace: "default" } : {};
        await client.create(resource, { ...object, metadata: { ...namespace, ...object.metadata } });
      }
      await times.settle();
    },
    async get<T extends KubeObject>(resource: ResourceDefinition<T>, name: string) {
      const object = await client.get(resource, keyFor(resource, name));
      if (!object) throw new Error(`no ${resource.kind} ${name}`);
      return object;
    },
    list: (resource) => client.list(resource),
    async patch<T extends KubeObject>(resource: ResourceDefinition<T>, name: string, patch: object, door?: "status") {
      const key = keyFor(resource, name);
      const patched = await client.patch(resource, key, patch, door);
      await times.settle();
      return patched;
    },
    async remove(resource, name, propagationPolicy) {
      await client.delete(
        resource,
        keyFor(resource, name),
        propagationPolicy === undefined ? {} : { propagationPolicy },
      );
      await times.settle();
    },
    pods: inDefault,
    podNames: async () => (await inDefault()).map(({ metadata }) => metadata.name),
    async events(name) {
      const all = await client.list(events);
      const about = all.filter(({ involvedObject }) => involvedObject.name?.startsWith(name));
      return about.map(({ type, reason, message }) => `${type} ${reason} ${message}`);
    },
    advance: (duration) => times.advance(duration),
  };
}

function resourceOf({ kind, apiVersion }: KubeObject): ResourceDefinition {
  const resource = builtinResources.find(
    (one) => one.kind === kind && apiVersion === (one.group ? `${one.group}/${one.version}` : one.version),
  );
  if (!resource) throw new Error(`no resource for ${apiVersion} ${kind}`);
  return resource;
}

/** A pod template whose container runs a line of shell, or serves. */
export function template(
  app: string,
  script?: string,
  spec: Partial<PodSpec> = {},
): { metadata: object; spec: PodSpec } {
  const container = script === undefined ? { image: "nginx" } : { image: "busybox", command: ["sh", "-c", script] };
  return { metadata: { labels: { app } }, spec: { containers: [{ name: "main", ...container }], ...spec } };
}

/** Ends at once when it is told to. */
export const idle = "trap 'exit 0' TERM; while true; do sleep 3600 & wait $!; done";
