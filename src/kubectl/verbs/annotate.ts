import { KubectlError } from "../kubectl-error.ts";
import { editMetadata, type MetadataEdit, metadataFlags } from "../metadata-edit.ts";
import type { Verb } from "../verb.ts";

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_annotate/ */
export const annotate: Verb = {
  names: ["annotate"],
  summary: "Update the annotations on a resource",
  usage: "[--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N [--resource-version=version]",
  flags: metadataFlags,
  run: (call) => editMetadata(annotations, call),
};

const annotations: MetadataEdit = {
  field: "annotations",
  word: "annotation",
  manager: "kubectl-annotate",
  both: (keys) => `the following annotation(s) in the same command: ${keys.join(", ")}`,

  refuseOverwrite(taken) {
    const list = taken.map(([key, value]) => `'${key}' already has a value (${value})`).join("; ");
    throw new KubectlError(`--overwrite is false but found the following declared annotation(s): ${list}`);
  },

  did: () => "annotated",
};
