import { invalid } from "../../api/status.ts";
import type { Lease } from "../../api/types.gen.ts";
import { age, name } from "../columns.ts";
import type { ResourceDefinition } from "../definition.ts";

/** Says who holds something, and until when: nodes and leaders renew theirs. https://kubernetes.io/docs/concepts/architecture/leases/ */
export const leases: ResourceDefinition<Lease> = {
  group: "coordination.k8s.io",
  version: "v1",
  kind: "Lease",
  plural: "leases",
  namespaced: true,
  type: "io.k8s.api.coordination.v1.Lease",
  columns: [name, { name: "Holder", value: ({ spec }) => spec.holderIdentity ?? "" }, age],

  default(lease) {
    lease.spec ??= {};
  },

  validate({ spec }) {
    const { leaseDurationSeconds: seconds, leaseTransitions: transitions } = spec;
    return [
      ...(seconds !== undefined && seconds <= 0
        ? [invalid("spec.leaseDurationSeconds", seconds, "must be greater than 0")]
        : []),
      ...(transitions !== undefined && transitions < 0
        ? [invalid("spec.leaseTransitions", transitions, "must be greater than or equal to 0")]
        : []),
    ];
  },
};
