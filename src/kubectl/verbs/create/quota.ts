import type { ResourceQuota } from "../../../api/types.gen.ts";
import { amountsFrom } from "../../amounts.ts";
import { createTyped, creationFlags, nameArgument } from "../../create-typed.ts";
import { values } from "../../flags.ts";
import { KubectlError } from "../../kubectl-error.ts";
import type { Verb } from "../../verb.ts";

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_create/kubectl_create_quota/ */
export const quota: Verb = {
  names: ["quota", "resourcequota"],
  summary: "Create a quota with the specified name",
  usage: "NAME [--hard=key1=value1,key2=value2] [--scopes=Scope1,Scope2] [--dry-run=server|client|none]",
  flags: [...creationFlags, ...values("hard", "scopes")],

  async run(call) {
    const name = nameArgument(call);
    const { flags } = call;
    const hard = amountsFrom(flags.value("hard") ?? "");
    const scopes = (flags.value("scopes") ?? "").split(",").filter((scope) => scope !== "");
    const unknown = scopes.find((scope) => !known.has(scope));
    if (unknown !== undefined) throw new KubectlError(`unsupported scope: ${JSON.stringify(unknown)}`);
    const object: ResourceQuota = {
      apiVersion: "v1",
      kind: "ResourceQuota",
      metadata: { name },
      spec: {
        ...(Object.keys(hard).length > 0 ? { hard } : {}),
        ...(scopes.length > 0 ? { scopes: scopes as NonNullable<NonNullable<ResourceQuota["spec"]>["scopes"]> } : {}),
      },
    };
    await createTyped(object, call);
  },
};

const known = new Set([
  "Terminating",
  "NotTerminating",
  "BestEffort",
  "NotBestEffort",
  "PriorityClass",
  "CrossNamespacePodAffinity",
]);
