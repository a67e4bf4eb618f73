import type { Role } from "../../../api/types.gen.ts";
import { createTyped, creationFlags, nameArgument } from "../../create-typed.ts";
import { KubectlError } from "../../kubectl-error.ts";
import { ruleFlags, rulesFrom } from "../../policy-rules.ts";
import type { Verb } from "../../verb.ts";

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_create/kubectl_create_role/ */
export const role: Verb = {
  names: ["role"],
  summary: "Create a role with single rule",
  usage:
    "NAME --verb=verb --resource=resource.group/subresource [--resource-name=resourcename] [--dry-run=server|client|none]",
  flags: [...creationFlags, ...ruleFlags],

  async run(call) {
    const name = nameArgument(call);
    const { flags } = call;
    if (flags.values("verb").length === 0) throw new KubectlError("at least one verb must be specified");
    if (flags.values("resource").length === 0) throw new KubectlError("at least one resource must be specified");
    const object: Role = {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "Role",
      metadata: { name },
      rules: await rulesFrom(call),
    };
    await createTyped(object, call);
  },
};
