import type { ServiceAccount } from "../../api/types.gen.ts";
import { age, name } from "../columns.ts";
import type { ResourceDefinition } from "../definition.ts";

export const serviceAccounts: ResourceDefinition<ServiceAccount> = {
  group: "",
  version: "v1",
  kind: "ServiceAccount",
  plural: "serviceaccounts",
  shortNames: ["sa"],
  namespaced: true,
  type: "io.k8s.api.core.v1.ServiceAccount",
  subresources: ["token"],
  columns: [name, { name: "Secrets", value: ({ secrets = [] }) => secrets.length }, age],
};
