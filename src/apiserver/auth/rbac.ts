import type { KubeObject, ObjectKey } from "../../api/object.ts";
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
import { type Attributes, type Authorizer, authorizerFrom, type Decision } from "./authorization.ts";

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
  const roleOf = ({ kind, name }: RoleRef, namespace: string): ClusterRole | Role | undefined =>
    kind === "ClusterRole" ? clusterRoles.get({ namespace: "", name }) : roles.get({ namespace, name });

  function* grantsTo(user: UserInfo, namespace: string): Generator<Grant> {
    for (const binding of clusterRoleBindings.list()) {
      const subject = binding.subjects?.find((one) => isSubject(one, user, ""));
      const role = subject && roleOf(binding.roleRef, "");
      if (subject) yield { binding, subject, ...(role ? { rules: role.rules ?? [] } : {}) };
    }
    if (namespace === "") return;
    for (const binding of roleBindings.list(namespace)) {
      const subject = binding.subjects?.find((one) => isSubject(one, user, namespace));
      const role = subject && roleOf(binding.roleRef, namespace);
      if (subject) yield { binding, subject, ...(role ? { rules: role.rules ?? [] } : {}) };
    }
  }

  const decide = (user: UserInfo, attributes: Attributes): Decision => {
    if (user.groups.includes(superusers)) return { allowed: true, reason: "" };
    const missing: string[] = [];
    for (const grant of grantsTo(user, attributes.resource?.namespace ?? "")) {
      if (!grant.rules) missing.push(missingText(grant));
      else if (grant.rules.some((rule) => ruleAllows(rule, attributes)))
        return { allowed: true, reason: `RBAC: allowed by ${grantText(grant)}` };
    }
    return { allowed: false, reason: missing.length === 0 ? "" : `RBAC: ${aggregate(missing)}` };
  };

  return {
    ...authorizerFrom(decide),
    *rulesFor(user, namespace) {
      for (const { rules = [] } of grantsTo(user, namespace)) yield* rules;
    },
  };
}

/** What a binding gives to somebody; without rules: its role is not there. */
interface Grant {
  readonly binding: ClusterRoleBinding | RoleBinding;
  readonly subject: RbacV1Subject;
  readonly rules?: readonly PolicyRule[];
}

/** `ClusterRoleBinding "cluster-admin" of ClusterRole "cluster-admin" to Group "system:masters"` */
function grantText({ binding: { metadata, roleRef }, subject }: Grant): string {
  const { name, namespace } = metadata;
  const what = namespace
    ? `RoleBinding ${JSON.stringify(`${name}/${namespace}`)}`
    : `ClusterRoleBinding ${JSON.stringify(name)}`;
  const account = `${subject.name}/${subject.namespace ?? namespace ?? ""}`;
  const who = subject.kind === "ServiceAccount" ? account : subject.name;
  return `${what} of ${roleRef.kind} ${JSON.stringify(roleRef.name)} to ${subject.kind} ${JSON.stringify(who)}`;
}

function missingText({ binding: { roleRef } }: Grant): string {
  return `${roleRef.kind.toLowerCase()}.rbac.authorization.k8s.io ${JSON.stringify(roleRef.name)} not found`;
}

function aggregate(errors: readonly string[]): string {
  const distinct = [...new Set(errors)];
  return distinct.length === 1 ? distinct.join("") : `[${distinct.join(", ")}]`;
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
export function ruleAllows(rule: PolicyRule, { verb, path, resource }: Attributes): boolean {
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
