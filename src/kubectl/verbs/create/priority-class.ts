import type { PriorityClass } from "../../../api/types.gen.ts";
import { createTyped, creationFlags, nameArgument } from "../../create-typed.ts";
import { booleans, numbers, values } from "../../flags.ts";
import type { Verb } from "../../verb.ts";

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_create/kubectl_create_priorityclass/ */
export const priorityClass: Verb = {
  names: ["priorityclass", "pc"],
  summary: "Create a priority class with the specified name",
  usage: "NAME --value=VALUE --global-default=BOOL [--dry-run=server|client|none]",
  flags: [
    ...creationFlags,
    ...numbers("value"),
    ...booleans("global-default"),
    ...values("description", "preemption-policy"),
  ],

  async run(call) {
    const { flags } = call;
    const description = flags.value("description");
    const object: PriorityClass = {
      apiVersion: "scheduling.k8s.io/v1",
      kind: "PriorityClass",
      metadata: { name: nameArgument(call) },
      value: flags.number("value") ?? 0,
      ...(flags.isTrue("global-default") ? { globalDefault: true } : {}),
      ...(description ? { description } : {}),
      preemptionPolicy: (flags.value("preemption-policy") || "PreemptLowerPriority") as
        | "PreemptLowerPriority"
        | "Never",
    };
    await createTyped(object, call);
  },
};
