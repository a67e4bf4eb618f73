import { type Mutable, sameTree } from "../../api/object.ts";
import { type FieldError, notSupported, required } from "../../api/status.ts";
import type { ClusterRoleBinding, RbacV1Subject as Subject, RoleBinding, RoleRef } from "../../api/types.gen.ts";
import type { Column } from "../definition.ts";
import { each } from "../field-checks.ts";
import { check, dnsSubdomain, pathSegment } from "../names.ts";

type Binding = RoleBinding | ClusterRoleBinding;

const group = "rbac.authorization.k8s.io";

export const roleColumn: Column<Binding> = {
  name: "Role",
  value: ({ roleRef }) => `${roleRef.kind}/${roleRef.name}`,
};

export const subjectColumns: readonly Column<Binding>[] = [
  { name: "Users", priority: 1, value: (binding) => subjectsText(binding, "User") },
  { name: "Groups", priority: 1, value: (binding) => subjectsText(binding, "Group") },
  { name: "ServiceAccounts", priority: 1, value: (binding) => subjectsText(binding, "ServiceAccount") },
];

function subjectsText({ subjects = [] }: Binding, kind: string): string {
  const chosen = subjects.filter((subject) => subject.kind === kind);
  return chosen.map(({ namespace, name }) => (namespace ? `${namespace}/${name}` : name)).join(", ");
}

export function defaultBinding(binding: Mutable<Binding>): void {
  binding.roleRef ??= { apiGroup: group, kind: "", name: "" };
  binding.roleRef.apiGroup ||= group;
  for (const subject of binding.subjects ?? []) {
    if (subject.kind === "User" || subject.kind === "Group") subject.apiGroup ??= group;
  }
}

export function bindingErrors(
  { roleRef, subjects }: Binding,
  previous: Binding | undefined,
  { namespaced }: { namespaced: boolean },
): FieldError[] {
  return [
    ...(previous && !sameTree(roleRef, previous.roleRef) ? [changedRole(roleRef)] : []),
    ...roleErrors(roleRef, { namespaced }),
    ...each("subjects", subjects, (subject, path) => subjectErrors(path, subject, { namespaced })),
  ];
}

/** Upstream shows the Go value. */
function changedRole({ apiGroup, kind, name }: RoleRef): FieldError {
  const shown = `rbac.RoleRef{APIGroup:"${apiGroup}", Kind:"${kind}", Name:"${name}"}`;
  return { reason: "FieldValueInvalid", field: "roleRef", message: `Invalid value: ${shown}: cannot change roleRef` };
}

function roleErrors({ apiGroup, kind, name }: RoleRef, { namespaced }: { namespaced: boolean }): FieldError[] {
  const kinds = namespaced ? ["Role", "ClusterRole"] : ["ClusterRole"];
  return [
    ...(apiGroup === group ? [] : [notSupported("roleRef.apiGroup", apiGroup, [group])]),
    ...(kinds.includes(kind) ? [] : [notSupported("roleRef.kind", kind ?? "", kinds)]),
    ...(name ? check("roleRef.name", name, pathSegment) : [required("roleRef.name")]),
  ];
}

function subjectErrors(
  field: string,
  { kind, name, namespace, apiGroup = "" }: Subject,
  { namespaced }: { namespaced: boolean },
): FieldError[] {
  const errors = name ? [] : [required(`${field}.name`)];
  switch (kind) {
    case "ServiceAccount":
      if (name) errors.push(...check(`${field}.name`, name, dnsSubdomain));
      if (apiGroup) errors.push(notSupported(`${field}.apiGroup`, apiGroup, [""]));
      if (!namespaced && !namespace) errors.push(required(`${field}.namespace`));
      return errors;
    case "User":
    case "Group":
      if (apiGroup !== group) errors.push(notSupported(`${field}.apiGroup`, apiGroup, [group]));
      return errors;
    default:
      return [...errors, notSupported(`${field}.kind`, kind ?? "", ["ServiceAccount", "User", "Group"])];
  }
}
