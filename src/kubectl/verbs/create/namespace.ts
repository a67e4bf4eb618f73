import { createTyped, creationFlags, nameArgument } from "../../create-typed.ts";
import type { Verb } from "../../verb.ts";

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_create/kubectl_create_namespace/ */
export const namespace: Verb = {
  names: ["namespace", "ns"],
  summary: "Create a namespace with the specified name",
  usage: "NAME [--dry-run=server|client|none]",
  flags: creationFlags,

  async run(call) {
    await createTyped({ apiVersion: "v1", kind: "Namespace", metadata: { name: nameArgument(call) } }, call);
  },
};
