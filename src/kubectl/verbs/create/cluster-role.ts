import type { ClusterRole } from "../../../api/types.gen.ts";
import { createTyped, creationFlags, nameArgument } from "../../create-typed.ts";
import { lists } from "../../flags.ts";
import { KubectlError } from "../../kubectl-error.ts";
import { ruleFlags, rulesFrom, verbsOf } from "../../policy-rules.ts";
import type { Call, Verb } from "../../verb.ts";

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_create/kubectl_create_clusterrole/ */
export const clusterRole: Verb = {
  names: ["clusterrole"],
  summary: "Create a cluster role",
  usage: "NAME --verb=verb --resource=resource.group [--resource-name=resourcename] [--dry-run=server|client|none]",
  flags: [...creationFlags, ...ruleFlags, ...lists("non-resource-url", "aggregation-rule")],

  async run(call) {
    const name = nameArgument(call);
    const head = { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata: { name } } as const;
    const selectors = call.flags.values("aggregation-rule");
    if (selectors.length > 0) {
      const matchLabels = Object.fromEntries(selectors.map((pair) => pair.split("=", 2) as [string, string]));
      const aggregated: ClusterRole = { ...head, aggregationRule: { clusterRoleSelectors: [{ matchLabels }] } };
      await createTyped(aggregated, call);
      return;
    }
    checkFlags(call);
    await createTyped<ClusterRole>({ ...head, rules: [...(await rulesFrom(call)), ...urlRules(call)] }, call);
  },
};

function checkFlags({ flags }: Call): void {
  if (flags.values("verb").length === 0) throw new KubectlError("at least one verb must be specified");
  if (flags.values("resource").length === 0 && flags.values("non-resource-url").length === 0) {
    throw new KubectlError("one of resource or nonResourceURL must be specified");
  }
}

function urlRules({ flags }: Call): NonNullable<ClusterRole["rules"]> {
  const nonResourceURLs = flags.values("non-resource-url");
  return nonResourceURLs.length > 0 ? [{ verbs: verbsOf(flags), nonResourceURLs }] : [];
}
