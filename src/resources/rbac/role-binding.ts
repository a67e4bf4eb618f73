import type { RoleBinding } from "../../api/types.gen.ts";
import { age, name } from "../columns.ts";
import type { ResourceDefinition } from "../definition.ts";
import { pathSegment } from "../names.ts";
import { bindingErrors, defaultBinding, roleColumn, subjectColumns } from "./binding.ts";

export const roleBindings: ResourceDefinition<RoleBinding> = {
  group: "rbac.authorization.k8s.io",
  version: "v1",
  kind: "RoleBinding",
  plural: "rolebindings",
  namespaced: true,
  nameRule: pathSegment,
  type: "io.k8s.api.rbac.v1.RoleBinding",
  columns: [name, roleColumn, age, ...subjectColumns],

  default(binding) {
    defaultBinding(binding);
  },

  validate: (binding, previous) => bindingErrors(binding, previous, { namespaced: true }),
};
