import type { KubeObject, ObjectKey } from "../../api/object.ts";
import { ApiError } from "../../api/status.ts";
import type {
  ClusterRole,
  ClusterRoleBinding,
  PolicyRule,
  RbacV1Subject,
  Role,
  RoleBinding,
  RoleRef,
} from "../../api/types.gen.ts";
import type { Informers } from "../../client/informer.ts";
import type { ResourceDefinition } from "../../resources/definition.ts";
import type { UserInfo } from "../request.ts";
import type { Attributes, Authorizer } from "./authorization.ts";

export interface RbacResources {
  readonly roles: ResourceDefinition<Role>;
  readonly clusterRoles: ResourceDefinition<ClusterRole>;
  readonly roleBindings: ResourceDefinition<RoleBinding>;
  readonly clusterRoleBindings: ResourceDefinition<ClusterRoleBinding>;
}

export interface RbacAuthorizer extends Authorizer {
  /** All rules that hold for a user, in a namespace or ("") in the whole cluster only. */
  rulesFor(user: UserInfo, namespace: string): Iterable<PolicyRule>;
}

const superusers = "system:masters";

/** Role-based access control. https://kubernetes.io/docs/reference/access-authn-authz/rbac/ */
export function rbacAuthorizer(informers: Informers, resources: RbacResources): RbacAuthorizer {
  return rbacOver({
    roles: informers.for(resources.roles),
    clusterRoles: informers.for(resources.clusterRoles),
    roleBindings: informers.for(resources.roleBindings),
    clusterRoleBindings: informers.for(resources.clusterRoleBindings),
  });
}

/** Objects of one kind, as they are now. */
export interface Shelf<T extends KubeObject> {
  get(key: ObjectKey): T | undefined;
  list(namespace?: string): readonly T[];
}

export interface RbacShelves {
  readonly roles: Shelf<Role>;
  readonly clusterRoles: Shelf<ClusterRole>;
  readonly roleBindings: Shelf<RoleBinding>;
  readonly clusterRoleBindings: Shelf<ClusterRoleBinding>;
}

/** The same over objects from anywhere. */
export function rbacOver({ roles, clusterRoles, roleBindings, clusterRoleBindings }: RbacShelves): RbacAuthorizer {
  const rulesOf = (ref: RoleRef, namespace: string): readonly PolicyRule[] =>
    (ref.kind === "ClusterRole"
      ? clusterRoles.get({ namespace: "", name: ref.name })?.rules
      : roles.get({ namespace, name: ref.name })?.rules) ?? [];

  function* rulesFor(user: UserInfo, namespace: string): Generator<PolicyRule> {
    for (const { roleRef, subjects = [] } of clusterRoleBindings.list()) {
      if (subjects.some((subject) => isSubject(subject, user, ""))) yield* rulesOf(roleRef, "");
    }
    if (namespace === "") return;
    for (const { roleRef, subjects = [] } of roleBindings.list(namespace)) {
      if (subjects.some((subject) => isSubject(subject, user, namespace))) yield* rulesOf(roleRef, namespace);
    }
  }

  const allows = (user: UserInfo, attributes: Attributes): boolean => {
    if (user.groups.includes(superusers)) return true;
    for (const rule of rulesFor(user, attributes.resource?.namespace ?? "")) {
      if (ruleAllows(rule, attributes)) return true;
    }
    return false;
  };

  return {
    allows,
    rulesFor,
    authorize(user, attributes) {
      if (!allows(user, attributes)) throw forbiddenTo(user, attributes);
    },
  };
}

function isSubject({ kind, name, namespace }: RbacV1Subject, user: UserInfo, scope: string): boolean {
  switch (kind) {
    case "User":
      return user.name === name;
    case "Group":
      return user.groups.includes(name);
    case "ServiceAccount":
      return user.name === `system:serviceaccount:${namespace ?? scope}:${name}`;
    default:
      return false;
  }
}

/** Whether one rule covers a request. */
function ruleAllows(rule: PolicyRule, { verb, path, resource }: Attributes): boolean {
  if (!covers(rule.verbs, verb)) return false;
  if (!resource) return (rule.nonResourceURLs ?? []).some((pattern) => matchesPath(pattern, path));
  const name = resource.subresource ? `${resource.plural}/${resource.subresource}` : resource.plural;
  const anyWithSubresource = resource.subresource ? `*/${resource.subresource}` : "*";
  const resources = rule.resources ?? [];
  return (
    covers(rule.apiGroups ?? [], resource.group) &&
    (covers(resources, name) || resources.includes(anyWithSubresource)) &&
    ((rule.resourceNames ?? []).length === 0 || (rule.resourceNames ?? []).includes(resource.name))
  );
}

function covers(allowed: readonly string[], wanted: string): boolean {
  return allowed.includes("*") || allowed.includes(wanted);
}

function matchesPath(pattern: string, path: string): boolean {
  return pattern.endsWith("*") ? path.startsWith(pattern.slice(0, -1)) : pattern === path;
}

function forbiddenTo(user: UserInfo, { verb, path, resource }: Attributes): ApiError {
  const who = `User ${JSON.stringify(user.name)} cannot ${verb}`;
  if (!resource) return new ApiError(403, "Forbidden", `forbidden: ${who} path ${JSON.stringify(path)}`, {});
  const { group, plural, subresource, namespace, name } = resource;
  const what = subresource ? `${plural}/${subresource}` : plural;
  const qualified = group ? `${plural}.${group}` : plural;
  const where = namespace ? `in the namespace ${JSON.stringify(namespace)}` : "at the cluster scope";
  const subject = name ? `${qualified} ${JSON.stringify(name)}` : qualified;
  const why = `${who} resource ${JSON.stringify(what)} in API group ${JSON.stringify(group)} ${where}`;
  const details = { ...(name ? { name } : {}), ...(group ? { group } : {}), kind: plural };
  return new ApiError(403, "Forbidden", `${subject} is forbidden: ${why}`, details);
}
