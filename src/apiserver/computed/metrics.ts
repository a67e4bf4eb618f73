import type { ObjectMeta } from "../../api/object.ts";
import { notFound } from "../../api/status.ts";
import type { Node, NodeMetrics, Pod, PodMetrics } from "../../api/types.gen.ts";
import type { Informers } from "../../client/informer.ts";
import type { ContainerUsage, NodeUsage, PodMetrics as PodUsages, PodUsage } from "../../client/pod-metrics.ts";
import { nodes } from "../../resources/core/node.ts";
import { pods } from "../../resources/core/pod.ts";
import { nodeMetrics } from "../../resources/metrics/node-metrics.ts";
import { podMetricsResource } from "../../resources/metrics/pod-metrics.ts";
import type { ComputedResource } from "./computed-resource.ts";

export interface MetricsSource {
  readonly informers: Informers;
  readonly usage: PodUsages & NodeUsage;
}

/** metrics.k8s.io, as metrics-server would serve it: what runs uses something, and nothing is known of the rest. */
export function metricsResources(source: MetricsSource): readonly ComputedResource[] {
  return [nodesComputed(source), podsComputed(source)];
}

function podsComputed({ informers, usage }: MetricsSource): ComputedResource<PodMetrics> {
  const metricsOf = (pod: Pod): PodMetrics[] => {
    const found = usage.usageOf(pod);
    return found ? [metricsOfPod(pod, found)] : [];
  };
  return {
    resource: podMetricsResource,
    list: (namespace) =>
      informers
        .for(pods)
        .list(namespace || undefined)
        .flatMap((pod) => metricsOf(pod)),
    get(namespace, name) {
      const pod = informers.for(pods).get({ namespace, name });
      const [found] = pod ? metricsOf(pod) : [];
      if (!found) throw notFound({ group: "metrics.k8s.io", plural: "podmetrics" }, `${namespace}/${name}`);
      return found;
    },
  };
}

function nodesComputed({ informers, usage }: MetricsSource): ComputedResource<NodeMetrics> {
  const all = (): NodeMetrics[] => {
    const byNode = new Map<string, PodUsage[]>();
    for (const pod of informers.for(pods).list()) {
      const { nodeName } = pod.spec;
      const found = nodeName ? usage.usageOf(pod) : undefined;
      if (nodeName && found) byNode.set(nodeName, [...(byNode.get(nodeName) ?? []), found]);
    }
    return informers
      .for(nodes)
      .list()
      .flatMap((node) => {
        const { name } = node.metadata;
        return metricsOfNode(node, usage.systemUsageOf(name), byNode.get(name) ?? []);
      });
  };
  return {
    resource: nodeMetrics,
    list: all,
    get(_, name) {
      const found = all().find(({ metadata }) => metadata.name === name);
      if (!found) throw notFound({ group: "metrics.k8s.io", plural: "nodemetrics" }, name);
      return found;
    },
  };
}

function metricsOfPod(pod: Pod, { takenAt, windowMs, containers }: PodUsage): PodMetrics {
  return {
    kind: "PodMetrics",
    apiVersion: "metrics.k8s.io/v1beta1",
    metadata: metadataFor(pod, takenAt),
    timestamp: secondsOf(takenAt),
    window: durationText(windowMs),
    containers: [...containers].map(([name, used]) => ({ name, usage: amounts([used]) })),
  };
}

/** Nothing is known of a node on which nothing runs. */
function metricsOfNode(node: Node, system: ContainerUsage, usages: readonly PodUsage[]): NodeMetrics[] {
  const [first] = usages;
  if (!first) return [];
  const { takenAt } = first;
  return [
    {
      kind: "NodeMetrics",
      apiVersion: "metrics.k8s.io/v1beta1",
      metadata: metadataFor(node, takenAt),
      timestamp: secondsOf(takenAt),
      window: durationText(Math.max(...usages.map(({ windowMs }) => windowMs))),
      usage: amounts([system, ...usages.flatMap(({ containers }) => [...containers.values()])]),
    },
  ];
}

function metadataFor({ metadata: { name, namespace, labels } }: Node | Pod, takenAt: number): ObjectMeta {
  return {
    name,
    ...(namespace ? { namespace } : {}),
    creationTimestamp: secondsOf(takenAt),
    ...(labels ? { labels } : {}),
  };
}

function amounts(usages: readonly ContainerUsage[]): Readonly<Record<string, string>> {
  const nanoCores = usages.reduce((sum, usage) => sum + usage.nanoCores, 0);
  const bytes = usages.reduce((sum, usage) => sum + usage.memoryBytes, 0);
  return { cpu: nanoCores === 0 ? "0" : `${nanoCores}n`, memory: `${Math.floor(bytes / 1024)}Ki` };
}

function secondsOf(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** As Go prints a Duration: `17.5s`, `2m0s`. */
function durationText(ms: number): string {
  if (ms < 1000) return `${ms}ms`;
  const hours = Math.floor(ms / 3_600_000);
  const minutes = Math.floor(ms / 60_000) % 60;
  return `${hours > 0 ? `${hours}h` : ""}${hours + minutes > 0 ? `${minutes}m` : ""}${(ms % 60_000) / 1000}s`;
}
