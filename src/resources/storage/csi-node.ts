import { duplicate, required } from "../../api/status.ts";
import type { CSINode } from "../../api/types.gen.ts";
import { age, name } from "../columns.ts";
import type { ResourceDefinition } from "../definition.ts";
import { each } from "../field-checks.ts";
import { check, dnsSubdomain } from "../names.ts";

/** The storage drivers on one node. */
export const csiNodes: ResourceDefinition<CSINode> = {
  group: "storage.k8s.io",
  version: "v1",
  kind: "CSINode",
  plural: "csinodes",
  namespaced: false,
  type: "io.k8s.api.storage.v1.CSINode",
  columns: [name, { name: "Drivers", type: "integer", value: ({ spec }) => spec.drivers?.length ?? 0 }, age],

  default(node) {
    node.spec ??= { drivers: [] };
  },

  validate: ({ spec }) =>
    each("spec.drivers", spec.drivers, (driver, path, index) => {
      const isRepeated = spec.drivers.slice(0, index).some((other) => other.name === driver.name);
      return [
        ...(driver.name
          ? check(`${path}.name`, driver.name, (text) => dnsSubdomain(text.toLowerCase()))
          : [required(`${path}.name`)]),
        ...(driver.nodeID ? [] : [required(`${path}.nodeID`)]),
        ...(isRepeated ? [duplicate(`${path}.name`, driver.name)] : []),
      ];
    }),
};
