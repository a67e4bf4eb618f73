import { required } from "../../api/status.ts";
import type { RuntimeClass } from "../../api/types.gen.ts";
import { age, name } from "../columns.ts";
import type { ResourceDefinition } from "../definition.ts";
import { immutable } from "../field-checks.ts";
import { labelErrors } from "../metadata.ts";
import { check, dnsLabel } from "../names.ts";
import { tolerationErrors } from "../pod-template/validate-scheduling.ts";

/** https://kubernetes.io/docs/concepts/containers/runtime-class/ */
export const runtimeClasses: ResourceDefinition<RuntimeClass> = {
  group: "node.k8s.io",
  version: "v1",
  kind: "RuntimeClass",
  plural: "runtimeclasses",
  namespaced: false,
  type: "io.k8s.api.node.v1.RuntimeClass",
  columns: [name, { name: "Handler", value: ({ handler }) => handler }, age],

  default(runtimeClass) {
    runtimeClass.handler ??= "";
  },

  validate: ({ handler, scheduling }, previous) => [
    ...(handler ? check("handler", handler, dnsLabel) : [required("handler")]),
    ...labelErrors("scheduling.nodeSelector", scheduling?.nodeSelector),
    ...tolerationErrors("scheduling.tolerations", scheduling?.tolerations),
    ...(previous ? immutable("handler", handler, previous.handler) : []),
  ],
};
