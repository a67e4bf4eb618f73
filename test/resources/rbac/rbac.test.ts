import { expect, test } from "vitest";

import type { ResourceDefinition } from "../../../src/resources/definition.ts";
import { clusterRoleBindings } from "../../../src/resources/rbac/cluster-role-binding.ts";
import { clusterRoles } from "../../../src/resources/rbac/cluster-role.ts";
import { roleBindings } from "../../../src/resources/rbac/role-binding.ts";
import { roles } from "../../../src/resources/rbac/role.ts";
import { cells, defaulted, lines, problems } from "../admitted.ts";

const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "reader" };

test.each<[string, ResourceDefinition, object, readonly string[]]>([
  [
    "a rule says what may be done to what",
    roles,
    { rules: [{ verbs: [] }, { verbs: ["get"], nonResourceURLs: ["/x"] }] },
    [
      "rules[0].verbs: Required value: verbs must contain at least one value",
      "rules[0].apiGroups: Required value: resource rules must supply at least one api group",
      "rules[0].resources: Required value: resource rules must supply at least one resource",
      'rules[1].nonResourceURLs: Invalid value: []string{"/x"}: namespaced rules cannot apply to non-resource URLs',
    ],
  ],
  [
    "a cluster role aggregates something",
    clusterRoles,
    { aggregationRule: {} },
    [
      "aggregationRule.clusterRoleSelectors: Required value: at least one clusterRoleSelector required if aggregationRule is non-nil",
    ],
  ],
  [
    "a binding names a role and known subjects",
    roleBindings,
    {
      roleRef: { kind: "Group", name: "" },
      subjects: [
        { kind: "Robot", name: "r" },
        { kind: "User", name: "" },
      ],
    },
    [
      'roleRef.kind: Unsupported value: "Group": supported values: "Role", "ClusterRole"',
      "roleRef.name: Required value",
      'subjects[0].kind: Unsupported value: "Robot": supported values: "ServiceAccount", "User", "Group"',
      "subjects[1].name: Required value",
    ],
  ],
  [
    "a cluster binding says where an account is",
    clusterRoleBindings,
    { roleRef: { ...roleRef, kind: "ClusterRole" }, subjects: [{ kind: "ServiceAccount", name: "a" }] },
    ["subjects[0].namespace: Required value"],
  ],
] as never)("%s", (_title, resource, fields, expected) => {
  expect(problems(resource, fields)).toEqual(expected);
});

test("a binding keeps its role", () => {
  const before = defaulted(roleBindings, { roleRef });
  const after = { ...before, roleRef: { ...roleRef, name: "writer" } };

  expect(lines(roleBindings.validate?.(after, before) ?? [])).toEqual([
    'roleRef: Invalid value: rbac.RoleRef{APIGroup:"rbac.authorization.k8s.io", Kind:"Role", Name:"writer"}: cannot change roleRef',
  ]);
});

test("a binding shows its role and subjects", () => {
  const subjects = [
    { kind: "User", name: "ann" },
    { kind: "User", name: "bob" },
    { kind: "ServiceAccount", name: "default", namespace: "web" },
  ];

  expect(cells(roleBindings, defaulted(roleBindings, { roleRef, subjects }), 0)).toMatchObject({
    Role: "Role/reader",
    Users: "ann, bob",
    Groups: "",
    ServiceAccounts: "web/default",
  });
});
