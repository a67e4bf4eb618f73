import type { Namespace } from "../../api/types.gen.ts";
import { age, name } from "../columns.ts";
import type { ResourceDefinition } from "../definition.ts";
import { unqualifiedFinalizer } from "../metadata.ts";
import { check, dnsLabel, qualifiedName } from "../names.ts";

const nameLabel = "kubernetes.io/metadata.name";
const finalizer = "kubernetes";

/** Stays until the namespace controller, having emptied it, takes the finalizer off its spec. */
export const namespaces: ResourceDefinition<Namespace> = {
  group: "",
  version: "v1",
  kind: "Namespace",
  plural: "namespaces",
  shortNames: ["ns"],
  namespaced: false,
  nameRule: dnsLabel,
  type: "io.k8s.api.core.v1.Namespace",
  subresources: ["finalize", "status"],
  verbs: ["create", "delete", "get", "list", "patch", "update", "watch"],
  columns: [name, { name: "Status", value: ({ status }) => status?.phase ?? "" }, age],
  selectableFields: { "status.phase": ({ status }) => status?.phase ?? "" },

  default(namespace) {
    namespace.spec ??= {};
    namespace.metadata.labels = { ...namespace.metadata.labels, [nameLabel]: namespace.metadata.name };
  },

  prepareForCreate(namespace) {
    namespace.status = { phase: "Active" };
    const finalizers = namespace.spec.finalizers ?? [];
    if (!finalizers.includes(finalizer)) namespace.spec.finalizers = [...finalizers, finalizer];
  },

  prepareForUpdate(namespace, previous, subresource) {
    if (subresource === "finalize") return;
    const { finalizers } = previous.spec;
    if (finalizers) namespace.spec.finalizers = [...finalizers];
    else delete namespace.spec.finalizers;
  },

  prepareForDelete(namespace) {
    namespace.status = { ...namespace.status, phase: "Terminating" };
  },

  isHeldBack: ({ spec }) => (spec.finalizers ?? []).length > 0,

  validate: ({ spec }) =>
    (spec.finalizers ?? []).flatMap((one) =>
      check("spec.finalizers", one, qualifiedName).concat(unqualifiedFinalizer("spec.finalizers", one)),
    ),
};
