import { type FieldError, invalid, required } from "../../api/status.ts";
import type { VolumeAttachment } from "../../api/types.gen.ts";
import { age, name } from "../columns.ts";
import type { ResourceDefinition } from "../definition.ts";
import { immutable } from "../field-checks.ts";
import { check, dnsSubdomain } from "../names.ts";
import { provisionerErrors } from "./storage-class.ts";

/** Wants a volume attached to a node. */
export const volumeAttachments: ResourceDefinition<VolumeAttachment> = {
  group: "storage.k8s.io",
  version: "v1",
  kind: "VolumeAttachment",
  plural: "volumeattachments",
  namespaced: false,
  type: "io.k8s.api.storage.v1.VolumeAttachment",
  subresources: ["status"],
  columns: [
    name,
    { name: "Attacher", format: "name", value: ({ spec }) => spec.attacher },
    { name: "PV", value: ({ spec }) => spec.source.persistentVolumeName ?? "" },
    { name: "Node", value: ({ spec }) => spec.nodeName },
    { name: "Attached", type: "boolean", value: ({ status }) => status?.attached ?? false },
    age,
  ],

  default(attachment) {
    attachment.spec ??= { attacher: "", nodeName: "", source: {} };
    attachment.spec.attacher ??= "";
    attachment.spec.nodeName ??= "";
    attachment.spec.source ??= {};
  },

  prepareForCreate(attachment) {
    attachment.status = { attached: false };
  },

  validate: ({ spec }, previous) => [
    ...provisionerErrors("spec.attacher", spec.attacher),
    ...sourceErrors(spec.source),
    ...(spec.nodeName ? check("spec.nodeName", spec.nodeName, dnsSubdomain) : [required("spec.nodeName")]),
    ...(previous ? immutable("spec", spec, previous.spec) : []),
  ],
};

function sourceErrors({ persistentVolumeName, inlineVolumeSpec }: VolumeAttachment["spec"]["source"]): FieldError[] {
  const field = "spec.source";
  if (!persistentVolumeName && !inlineVolumeSpec) {
    return [required(field, "must specify one of inlineVolumeSpec and persistentVolumeName")];
  }
  if (persistentVolumeName && inlineVolumeSpec) {
    return [
      invalid(field, { persistentVolumeName }, "must specify exactly one of inlineVolumeSpec and persistentVolumeName"),
    ];
  }
  return [];
}
