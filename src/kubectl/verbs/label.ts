import { labelValueErrors } from "../../api/label-syntax.ts";
import { KubectlError } from "../kubectl-error.ts";
import { editMetadata, type MetadataEdit, metadataFlags } from "../metadata-edit.ts";
import { sortedJson } from "../printers/go-json.ts";
import type { Verb } from "../verb.ts";

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_label/ */
export const label: Verb = {
  names: ["label"],
  summary: "Update the labels on a resource",
  usage: "[--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N [--resource-version=version]",
  flags: metadataFlags,
  run: (call) => editMetadata(labels, call),
};

const labels: MetadataEdit = {
  field: "labels",
  word: "label",
  manager: "kubectl-label",
  both: () => "a label in the same command",

  refuseOverwrite(taken) {
    const [[key, value] = ["", ""]] = taken;
    throw new KubectlError(`'${key}' already has a value (${value}), and --overwrite is false`);
  },

  check(key, value) {
    const errors = labelValueErrors(value);
    if (errors.length > 0)
      throw new KubectlError(`invalid label value: ${JSON.stringify(`${key}=${value}`)}: ${errors.join("; ")}`);
  },

  // As the real one does it: by whether the object's text became shorter, and never so with --overwrite.
  did({ before, after, overwrites }) {
    const [old, now] = [sortedJson(before), sortedJson(after)];
    if (old === now) return "not labeled";
    return !overwrites && now.length < old.length ? "unlabeled" : "labeled";
  },
};
