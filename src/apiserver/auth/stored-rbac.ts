import type { KubeObject } from "../../api/object.ts";
import type { ResourceDefinition } from "../../resources/definition.ts";
import { clusterRoleBindings } from "../../resources/rbac/cluster-role-binding.ts";
import { clusterRoles } from "../../resources/rbac/cluster-role.ts";
import { roleBindings } from "../../resources/rbac/role-binding.ts";
import { roles } from "../../resources/rbac/role.ts";
import type { Registry } from "../registry.ts";
import { type RbacAuthorizer, rbacOver, type Shelf } from "./rbac.ts";

const known = new WeakMap<Registry, RbacAuthorizer>();

/** Role-based access control by what a registry holds: for admission, which must not be behind it. */
export function storedRbac(registry: Registry): RbacAuthorizer {
  let rbac = known.get(registry);
  if (!rbac) {
    rbac = rbacOver({
      roles: shelf(registry, roles),
      clusterRoles: shelf(registry, clusterRoles),
      roleBindings: shelf(registry, roleBindings),
      clusterRoleBindings: shelf(registry, clusterRoleBindings),
    });
    known.set(registry, rbac);
  }
  return rbac;
}

function shelf<T extends KubeObject>(registry: Registry, resource: ResourceDefinition<T>): Shelf<T> {
  const plain: ResourceDefinition = resource;
  return {
    get: (key) => registry.find(plain, key) as T | undefined,
    list: (namespace) => registry.list(plain, namespace) as readonly T[],
  };
}
