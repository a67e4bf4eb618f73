import { type FieldError, required } from "../../api/status.ts";
import type { AggregationRule, ClusterRole } from "../../api/types.gen.ts";
import { createdAt, name } from "../columns.ts";
import type { ResourceDefinition } from "../definition.ts";
import { each } from "../field-checks.ts";
import { labelSelectorErrors } from "../label-selector.ts";
import { pathSegment } from "../names.ts";
import { ruleErrors } from "./policy-rule.ts";

export const clusterRoles: ResourceDefinition<ClusterRole> = {
  group: "rbac.authorization.k8s.io",
  version: "v1",
  kind: "ClusterRole",
  plural: "clusterroles",
  namespaced: false,
  nameRule: pathSegment,
  type: "io.k8s.api.rbac.v1.ClusterRole",
  columns: [name, createdAt],

  validate: ({ rules, aggregationRule }) => [
    ...each("rules", rules, (rule, path) => ruleErrors(path, rule, { namespaced: false })),
    ...(aggregationRule ? aggregationErrors(aggregationRule) : []),
  ],
};

/** https://kubernetes.io/docs/reference/access-authn-authz/rbac/#aggregated-clusterroles */
function aggregationErrors({ clusterRoleSelectors = [] }: AggregationRule): FieldError[] {
  const field = "aggregationRule.clusterRoleSelectors";
  if (clusterRoleSelectors.length > 0) {
    return each(field, clusterRoleSelectors, (selector, path) => labelSelectorErrors(path, selector));
  }
  return [required(field, "at least one clusterRoleSelector required if aggregationRule is non-nil")];
}
