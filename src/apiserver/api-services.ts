import type { KubeObject } from "../api/object.ts";
import { isAlreadyExists, isNotFound } from "../api/status.ts";
import { WorkQueue } from "../client/work-queue.ts";
import { customResourceDefinitions } from "../resources/apiextensions/custom-resource-definition.ts";
import { type ApiService, apiServices } from "../resources/apiregistration/api-service.ts";
import { bucketOf, type ResourceDefinition } from "../resources/definition.ts";
import { describeError, type Log } from "../sim/log.ts";
import { precedenceOf } from "./api-precedence.ts";
import { deleteObject } from "./lifecycle.ts";
import type { Registry, UpdateOptions } from "./registry.ts";

const managedLabel = "kube-aggregator.kubernetes.io/automanaged";
const write: UpdateOptions = {
  user: { name: "system:apiserver", groups: ["system:masters"] },
  manager: "kube-apiserver",
};

/** The groups and versions that a fresh server serves, itself. Its own group is not among them. */
export function initialApiServices(resources: readonly ResourceDefinition[]): readonly ApiService[] {
  return groupVersionsOf(resources).map(({ group, version }) => localService(group, version, "onstart"));
}

/**
 * Announces the groups and versions of custom resources while there are any. The returned function stops.
 * https://kubernetes.io/docs/concepts/extend-kubernetes/api-extension/apiserver-aggregation/
 */
export function followCustomGroups(registry: Registry, log: Log): () => void {
  const queue = new WorkQueue({
    clock: registry.clock,
    handle: () => announce(registry),
    onError: (_, error) => log.write("error", `API services: ${describeError(error)}`),
  });
  const bucket = bucketOf(customResourceDefinitions);
  // The catalogue is changed in answer to the same events.
  const look = (): void => registry.clock.soon(() => queue.add("groups"));
  const stop = registry.store.watch(bucket, { after: registry.store.revision }, look);
  return () => {
    stop();
    queue.stop();
  };
}

async function announce(registry: Registry): Promise<void> {
  const resource = apiServices as unknown as ResourceDefinition;
  const wanted = groupVersionsOf(registry.catalogue.list()).map(({ group, version }) =>
    localService(group, version, "true"),
  );
  for (const service of wanted) {
    if (registry.find(resource, keyOf(service))) continue;
    await registry.create(resource, service, write).catch((error: unknown) => {
      if (!isAlreadyExists(error)) throw error;
    });
  }
  const names = new Set(wanted.map(({ metadata }) => metadata.name));
  for (const { metadata } of registry.list(resource)) {
    if (metadata.labels?.[managedLabel] !== "true" || names.has(metadata.name)) continue;
    await deleteObject(registry, { resource, key: { namespace: "", name: metadata.name } }, {}, write).catch(
      (error: unknown) => {
        if (!isNotFound(error)) throw error;
      },
    );
  }
}

function groupVersionsOf(resources: readonly ResourceDefinition[]): { group: string; version: string }[] {
  const found = new Map(resources.map(({ group, version }) => [`${group}/${version}`, { group, version }]));
  return [...found.values()].filter(({ group }) => group !== apiServices.group);
}

function localService(group: string, version: string, managed: "onstart" | "true"): ApiService {
  const precedence = precedenceOf(group, version);
  return {
    apiVersion: "apiregistration.k8s.io/v1",
    kind: "APIService",
    metadata: { name: `${version}.${group}`, labels: { [managedLabel]: managed } },
    spec: {
      ...(group ? { group } : {}),
      version,
      groupPriorityMinimum: precedence.group,
      versionPriority: precedence.version,
    },
  };
}

function keyOf({ metadata }: KubeObject): { namespace: string; name: string } {
  return { namespace: "", name: metadata.name };
}
