import { controllerOf } from "../../api/object.ts";
import { type FieldError, invalid, required } from "../../api/status.ts";
import type { ControllerRevision } from "../../api/types.gen.ts";
import { age, name } from "../columns.ts";
import type { ResourceDefinition } from "../definition.ts";
import { sameMeaning } from "../equivalence.ts";
import { nonNegative } from "../field-checks.ts";

/** A past state of a StatefulSet or DaemonSet. https://kubernetes.io/docs/tasks/manage-daemon/rollback-daemon-set/ */
export const controllerRevisions: ResourceDefinition<ControllerRevision> = {
  group: "apps",
  version: "v1",
  kind: "ControllerRevision",
  plural: "controllerrevisions",
  namespaced: true,
  type: "io.k8s.api.apps.v1.ControllerRevision",
  columns: [
    name,
    { name: "Controller", value: (revision) => controllerText(revision) },
    { name: "Revision", value: ({ revision }) => revision },
    age,
  ],

  validate(revision, previous) {
    return [
      ...(revision.data === undefined ? [required("data", "data is mandatory")] : []),
      ...nonNegative("revision", revision.revision),
      ...(previous ? changeErrors(revision, previous) : []),
    ];
  },
};

/** `daemonset.apps/logs` */
function controllerText(revision: ControllerRevision): string {
  const owner = controllerOf(revision);
  if (!owner) return "<none>";
  const [group, version] = owner.apiVersion.split("/", 2);
  const kind = version === undefined ? owner.kind : `${owner.kind}.${group}`;
  return `${kind.toLowerCase()}/${owner.name}`;
}

function changeErrors({ data }: ControllerRevision, previous: ControllerRevision): FieldError[] {
  return sameMeaning(data, previous.data) ? [] : [invalid("data", data, "field is immutable")];
}
