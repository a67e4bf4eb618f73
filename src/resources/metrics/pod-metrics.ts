import { sumQuantities } from "../../api/quantity.ts";
import type { PodMetrics } from "../../api/types.gen.ts";
import { name } from "../columns.ts";
import type { ResourceDefinition } from "../definition.ts";

/** What the containers of a pod use. https://kubernetes.io/docs/tasks/debug/debug-cluster/resource-metrics-pipeline/ */
export const podMetricsResource: ResourceDefinition<PodMetrics> = {
  group: "metrics.k8s.io",
  version: "v1beta1",
  kind: "PodMetrics",
  plural: "pods",
  singular: "",
  namespaced: true,
  type: "io.k8s.metrics.pkg.apis.metrics.v1beta1.PodMetrics",
  verbs: ["get", "list"],
  columns: [
    name,
    { name: "cpu", value: (metrics) => totalOf(metrics, "cpu") },
    { name: "memory", value: (metrics) => totalOf(metrics, "memory") },
    { name: "Window", value: ({ window }) => window },
  ],
};

function totalOf({ containers }: PodMetrics, resource: string): string {
  return sumQuantities(containers.map(({ usage }) => usage[resource] ?? "0"));
}
