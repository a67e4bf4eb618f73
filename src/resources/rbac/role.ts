import type { Role } from "../../api/types.gen.ts";
import { createdAt, name } from "../columns.ts";
import type { ResourceDefinition } from "../definition.ts";
import { each } from "../field-checks.ts";
import { pathSegment } from "../names.ts";
import { ruleErrors } from "./policy-rule.ts";

export const roles: ResourceDefinition<Role> = {
  group: "rbac.authorization.k8s.io",
  version: "v1",
  kind: "Role",
  plural: "roles",
  namespaced: true,
  nameRule: pathSegment,
  type: "io.k8s.api.rbac.v1.Role",
  columns: [name, createdAt],

  validate: ({ rules }) => each("rules", rules, (rule, path) => ruleErrors(path, rule, { namespaced: true })),
};
