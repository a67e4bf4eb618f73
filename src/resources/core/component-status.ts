import type { ComponentStatus } from "../../api/types.gen.ts";
import { name } from "../columns.ts";
import type { ResourceDefinition } from "../definition.ts";

/** How the parts of the control plane are. Deprecated upstream, and read-only. */
export const componentStatuses: ResourceDefinition<ComponentStatus> = {
  group: "",
  version: "v1",
  kind: "ComponentStatus",
  plural: "componentstatuses",
  shortNames: ["cs"],
  namespaced: false,
  type: "io.k8s.api.core.v1.ComponentStatus",
  verbs: ["get", "list"],
  deprecation: "v1 ComponentStatus is deprecated in v1.19+",
  columns: [
    name,
    { name: "Status", value: (status) => healthText(status) },
    { name: "Message", value: (status) => healthOf(status)?.message ?? "" },
    { name: "Error", value: (status) => healthOf(status)?.error ?? "" },
  ],
};

function healthOf({
  conditions = [],
}: ComponentStatus): NonNullable<ComponentStatus["conditions"]>[number] | undefined {
  return conditions.find(({ type }) => type === "Healthy");
}

function healthText(status: ComponentStatus): string {
  const health = healthOf(status);
  if (!health) return "Unknown";
  return health.status === "True" ? "Healthy" : "Unhealthy";
}
