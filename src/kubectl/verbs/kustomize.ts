import { booleans, values } from "../flags.ts";
import { kustomization } from "../manifest.ts";
import type { Verb } from "../verb.ts";

/** Not offered. https://kubernetes.io/docs/reference/kubectl/generated/kubectl_kustomize/ */
export const kustomize: Verb = {
  names: ["kustomize"],
  summary: "Build a kustomization target from a directory or URL (not offered by this kubectl)",
  usage: "DIR",
  flags: [...values("output/o"), ...booleans("enable-helm")],

  async run(call) {
    throw kustomization(call.flags.args[0] ?? ".", call);
  },
};
