import type { NodeMetrics } from "../../api/types.gen.ts";
import { name } from "../columns.ts";
import type { ResourceDefinition } from "../definition.ts";

/** What a node uses. https://kubernetes.io/docs/tasks/debug/debug-cluster/resource-metrics-pipeline/ */
export const nodeMetrics: ResourceDefinition<NodeMetrics> = {
  group: "metrics.k8s.io",
  version: "v1beta1",
  kind: "NodeMetrics",
  plural: "nodes",
  singular: "",
  namespaced: false,
  type: "io.k8s.metrics.pkg.apis.metrics.v1beta1.NodeMetrics",
  verbs: ["get", "list"],
  columns: [
    name,
    { name: "cpu", value: ({ usage }) => usage["cpu"] ?? "" },
    { name: "memory", value: ({ usage }) => usage["memory"] ?? "" },
    { name: "Window", value: ({ window }) => window },
  ],
};
