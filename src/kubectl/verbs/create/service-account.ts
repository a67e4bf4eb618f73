import { createTyped, creationFlags, nameArgument } from "../../create-typed.ts";
import type { Verb } from "../../verb.ts";

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_create/kubectl_create_serviceaccount/ */
export const serviceAccount: Verb = {
  names: ["serviceaccount", "sa"],
  summary: "Create a service account with the specified name",
  usage: "NAME [--dry-run=server|client|none]",
  flags: creationFlags,

  async run(call) {
    await createTyped({ apiVersion: "v1", kind: "ServiceAccount", metadata: { name: nameArgument(call) } }, call);
  },
};
