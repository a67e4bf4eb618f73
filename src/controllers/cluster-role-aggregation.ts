import { keyOf, sameTree } from "../api/object.ts";
import { matchesSelector } from "../api/selectors.ts";
import type { ClusterRole, PolicyRule } from "../api/types.gen.ts";
import { clusterRoles } from "../resources/rbac/cluster-role.ts";
import { type Controller, watching } from "./controller.ts";

/** Fills roles with the rules of the roles they select. https://kubernetes.io/docs/reference/access-authn-authz/rbac/#aggregated-clusterroles */
export const clusterRoleAggregationController: Controller<ClusterRole> = {
  name: "clusterrole-aggregation-controller",
  reconciles: clusterRoles,
  watches: [
    watching(clusterRoles, (_event, { informers }) =>
      informers
        .for(clusterRoles)
        .list()
        .filter(({ aggregationRule }) => aggregationRule !== undefined)
        .map((role) => keyOf(role)),
    ),
  ],

  async reconcile(key, { informers, client }) {
    const role = informers.for(clusterRoles).get(key);
    if (!role?.aggregationRule || role.metadata.deletionTimestamp) return;
    const rules = rulesFor(role, informers.for(clusterRoles).list());
    if (!sameTree(rules, role.rules ?? [])) await client.patch(clusterRoles, key, { rules });
  },
};

/** In order of the roles' names, each rule once. */
function rulesFor({ metadata, aggregationRule }: ClusterRole, all: readonly ClusterRole[]): readonly PolicyRule[] {
  const selectors = aggregationRule?.clusterRoleSelectors ?? [];
  const rules: PolicyRule[] = [];
  for (const role of all.toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))) {
    const isSelected = selectors.some((selector) => matchesSelector(selector, role.metadata.labels ?? {}));
    if (!isSelected || role.metadata.name === metadata.name) continue;
    for (const rule of role.rules ?? []) if (!rules.some((one) => sameTree(one, rule))) rules.push(rule);
  }
  return rules;
}
