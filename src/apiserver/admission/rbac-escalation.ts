import { type KubeObject, sameTree } from "../../api/object.ts";
import { forbidden, notFound } from "../../api/status.ts";
import type { ClusterRole, PolicyRule, RoleBinding } from "../../api/types.gen.ts";
import type { ResourceDefinition } from "../../resources/definition.ts";
import { clusterRoles } from "../../resources/rbac/cluster-role.ts";
import { roles } from "../../resources/rbac/role.ts";
import { formatRule, missingRules } from "../auth/rule-coverage.ts";
import { storedRbac } from "../auth/stored-rbac.ts";
import type { AdmissionRequest, AdmissionStep } from "./admission.ts";

const group = "rbac.authorization.k8s.io";
const superusers = "system:masters";

/**
 * Nobody gives away, by a role or by a binding, what they may not do themselves.
 * https://kubernetes.io/docs/reference/access-authn-authz/rbac/#privilege-escalation-prevention-and-bootstrapping
 */
export const rbacEscalation: AdmissionStep = {
  name: "RBACEscalation",

  validate(request) {
    const { resource, options } = request;
    if (resource.group !== group || options.user.groups.includes(superusers)) return;
    if (resource.kind === "Role" || resource.kind === "ClusterRole") checkRole(request);
    if (resource.kind === "RoleBinding" || resource.kind === "ClusterRoleBinding") checkBinding(request);
  },
};

function checkRole(request: AdmissionRequest): void {
  const { resource, object, previous } = request;
  const role = object as KubeObject as ClusterRole;
  const before: ClusterRole | undefined = previous;
  const { rules = [], aggregationRule } = role;
  if (before && sameTree(before.rules ?? [], rules) && sameTree(before.aggregationRule, aggregationRule)) return;
  if (isAllowed(request, "escalate", resource, role.metadata.name)) return;
  const everything: PolicyRule[] = [
    { apiGroups: ["*"], resources: ["*"], verbs: ["*"] },
    { nonResourceURLs: ["*"], verbs: ["*"] },
  ];
  if (aggregationRule && missingRules(heldBy(request), everything).length > 0) {
    throw forbidden(resource, role.metadata.name, "must have cluster-admin privileges to use the aggregationRule");
  }
  requireHeld(request, rules);
}

function checkBinding(request: AdmissionRequest): void {
  const { object, previous, registry } = request;
  const { roleRef, subjects, metadata } = object as KubeObject as RoleBinding;
  const before = previous as RoleBinding | undefined;
  if (before && sameTree(before.roleRef, roleRef) && sameTree(before.subjects, subjects)) return;
  const kind: ResourceDefinition = roleRef.kind === "ClusterRole" ? clusterRoles : roles;
  if (isAllowed(request, "bind", kind, roleRef.name)) return;
  const namespace = kind.namespaced ? (metadata.namespace ?? "") : "";
  const role: ClusterRole | undefined = registry.find(kind, { namespace, name: roleRef.name });
  if (!role) throw notFound(kind, roleRef.name);
  requireHeld(request, role.rules ?? []);
}

function isAllowed(
  { registry, options, object }: AdmissionRequest,
  verb: string,
  { plural }: ResourceDefinition,
  name: string,
): boolean {
  const { namespace = "" } = object.metadata;
  const resource = { group, plural, subresource: "", namespace, name };
  return storedRbac(registry).allows(options.user, { verb, path: "", resource });
}

function heldBy({ registry, options, object }: AdmissionRequest): readonly PolicyRule[] {
  return [...storedRbac(registry).rulesFor(options.user, object.metadata.namespace ?? "")];
}

function requireHeld(request: AdmissionRequest, rules: readonly PolicyRule[]): void {
  const missing = missingRules(heldBy(request), rules);
  if (missing.length === 0) return;
  const { resource, object, options } = request;
  const { name, groups } = options.user;
  const who = `user ${JSON.stringify(name)} (groups=[${groups.map((one) => JSON.stringify(one)).join(" ")}])`;
  const list = missing.map((rule) => formatRule(rule)).join("\n");
  const why = `${who} is attempting to grant RBAC permissions not currently held:\n${list}`;
  throw forbidden(resource, object.metadata.name, why);
}
