import { notSupported, required } from "../../api/status.ts";
import type { Binding } from "../../api/types.gen.ts";
import { createdAt, name } from "../columns.ts";
import type { ResourceDefinition } from "../definition.ts";

/** Puts a pod on a node: an order, not an object that is kept. Schedulers use `pods/binding`. */
export const bindings: ResourceDefinition<Binding> = {
  group: "",
  version: "v1",
  kind: "Binding",
  plural: "bindings",
  namespaced: true,
  type: "io.k8s.api.core.v1.Binding",
  verbs: ["create"],
  columns: [name, createdAt],

  default(binding) {
    binding.target ??= {};
  },

  validate({ target }) {
    const kind = target.kind || "Node";
    return [
      ...(kind === "Node" || kind === "Minion" ? [] : [notSupported("target.kind", kind, ["Node", "<empty>"])]),
      ...(target.name ? [] : [required("target.name")]),
    ];
  },
};
