import type { ClusterRoleBinding } from "../../api/types.gen.ts";
import { age, name } from "../columns.ts";
import type { ResourceDefinition } from "../definition.ts";
import { pathSegment } from "../names.ts";
import { bindingErrors, defaultBinding, roleColumn, subjectColumns } from "./binding.ts";

export const clusterRoleBindings: ResourceDefinition<ClusterRoleBinding> = {
  group: "rbac.authorization.k8s.io",
  version: "v1",
  kind: "ClusterRoleBinding",
  plural: "clusterrolebindings",
  namespaced: false,
  nameRule: pathSegment,
  type: "io.k8s.api.rbac.v1.ClusterRoleBinding",
  columns: [name, roleColumn, age, ...subjectColumns],

  default(binding) {
    defaultBinding(binding);
  },

  validate: (binding, previous) => bindingErrors(binding, previous, { namespaced: false }),
};
