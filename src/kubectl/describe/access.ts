import type { ClusterRole, ClusterRoleBinding, Role, RoleBinding } from "../../api/types.gen.ts";
import { policyRows } from "../policy-rows.ts";
import { describer, type Describer } from "./describer.ts";
import type { Description } from "./description.ts";

function describeRole({ metadata, rules }: Role | ClusterRole, { to }: { to: Description }): void {
  to.field("Name", metadata.name);
  to.labels("Labels", metadata.labels);
  to.annotations("Annotations", metadata.annotations);
  to.line("PolicyRule:");
  to.line("Resources\tNon-Resource URLs\tResource Names\tVerbs", 1);
  to.line("---------\t-----------------\t--------------\t-----", 1);
  for (const { resource, urls, names, verbs } of policyRows(rules ?? [])) {
    to.line(`${resource}\t[${urls.join(" ")}]\t[${names.join(" ")}]\t[${verbs.join(" ")}]`, 1);
  }
}

const group = "rbac.authorization.k8s.io";

export const role: Describer = describer<Role>(group, "Role", describeRole, { withoutEvents: true });
export const clusterRole: Describer = describer<ClusterRole>(group, "ClusterRole", describeRole, {
  withoutEvents: true,
});

function describeBinding(
  { metadata, roleRef, subjects }: RoleBinding | ClusterRoleBinding,
  { to }: { to: Description },
): void {
  to.field("Name", metadata.name);
  to.labels("Labels", metadata.labels);
  to.annotations("Annotations", metadata.annotations);
  to.line("Role:");
  to.field("Kind", roleRef.kind, 1);
  to.field("Name", roleRef.name, 1);
  to.line("Subjects:");
  to.line("Kind\tName\tNamespace", 1);
  to.line("----\t----\t---------", 1);
  for (const { kind, name, namespace = "" } of subjects ?? []) to.line(`${kind}\t${name}\t${namespace}`, 1);
}

export const roleBinding: Describer = describer<RoleBinding>(group, "RoleBinding", describeBinding, {
  withoutEvents: true,
});
export const clusterRoleBinding: Describer = describer<ClusterRoleBinding>(
  group,
  "ClusterRoleBinding",
  describeBinding,
  {
    withoutEvents: true,
  },
);
