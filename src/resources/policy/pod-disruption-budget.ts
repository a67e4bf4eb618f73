import { type FieldError, invalid } from "../../api/status.ts";
import type { PodDisruptionBudget } from "../../api/types.gen.ts";
import { age, name } from "../columns.ts";
import type { ResourceDefinition } from "../definition.ts";
import { oneOfIfSet } from "../field-checks.ts";
import { intOrPercentErrors } from "../int-or-percent.ts";
import { labelSelectorErrors } from "../label-selector.ts";

/** How many of some pods must stay while nodes are drained. https://kubernetes.io/docs/tasks/run-application/configure-pdb/ */
export const podDisruptionBudgets: ResourceDefinition<PodDisruptionBudget> = {
  group: "policy",
  version: "v1",
  kind: "PodDisruptionBudget",
  plural: "poddisruptionbudgets",
  shortNames: ["pdb"],
  namespaced: true,
  type: "io.k8s.api.policy.v1.PodDisruptionBudget",
  subresources: ["status"],
  tracksGeneration: true,
  columns: [
    name,
    { name: "Min Available", value: ({ spec }) => String(spec.minAvailable ?? "N/A") },
    { name: "Max Unavailable", value: ({ spec }) => String(spec.maxUnavailable ?? "N/A") },
    { name: "Allowed Disruptions", type: "integer", value: ({ status }) => status?.disruptionsAllowed ?? 0 },
    age,
  ],

  default(budget) {
    budget.spec ??= {};
  },

  prepareForCreate(budget) {
    budget.status = { currentHealthy: 0, desiredHealthy: 0, disruptionsAllowed: 0, expectedPods: 0 };
  },

  validate: ({ spec }) => [
    ...bothErrors(spec),
    ...intOrPercentErrors("spec.minAvailable", spec.minAvailable),
    ...intOrPercentErrors("spec.maxUnavailable", spec.maxUnavailable),
    ...labelSelectorErrors("spec.selector", spec.selector),
    ...oneOfIfSet("spec.unhealthyPodEvictionPolicy", spec.unhealthyPodEvictionPolicy, [
      "AlwaysAllow",
      "IfHealthyBudget",
    ]),
  ],
};

function bothErrors(spec: PodDisruptionBudget["spec"]): FieldError[] {
  if (spec.minAvailable === undefined || spec.maxUnavailable === undefined) return [];
  return [invalid("spec", spec, "minAvailable and maxUnavailable cannot be both set")];
}
