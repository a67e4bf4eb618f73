import type { PodDisruptionBudget } from "../../../api/types.gen.ts";
import { createTyped, creationFlags, nameArgument } from "../../create-typed.ts";
import { values } from "../../flags.ts";
import { KubectlError } from "../../kubectl-error.ts";
import { labelSelectorFrom } from "../../selector-text.ts";
import type { Verb } from "../../verb.ts";

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_create/kubectl_create_poddisruptionbudget/ */
export const podDisruptionBudget: Verb = {
  names: ["poddisruptionbudget", "pdb"],
  summary: "Create a pod disruption budget with the specified name",
  usage: "NAME --selector=SELECTOR --min-available=N [--dry-run=server|client|none]",
  flags: [...creationFlags, ...values("selector", "min-available", "max-unavailable")],

  async run(call) {
    const name = nameArgument(call);
    const { flags } = call;
    const [minimum, maximum] = [flags.value("min-available"), flags.value("max-unavailable")];
    const selector = flags.value("selector");
    if (!selector) throw new KubectlError("a selector must be specified");
    if (!minimum && !maximum) throw new KubectlError("one of min-available or max-unavailable must be specified");
    if (minimum && maximum) throw new KubectlError("min-available and max-unavailable cannot be both specified");
    const object: PodDisruptionBudget = {
      apiVersion: "policy/v1",
      kind: "PodDisruptionBudget",
      metadata: { name },
      spec: {
        ...(minimum ? { minAvailable: amount(minimum) } : {}),
        ...(maximum ? { maxUnavailable: amount(maximum) } : {}),
        selector: labelSelectorFrom(selector),
      },
    };
    await createTyped(object, call);
  },
};

function amount(text: string): number | string {
  return /^\d+$/u.test(text) ? Number(text) : text;
}
