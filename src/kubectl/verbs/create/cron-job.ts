import type { CronJob } from "../../../api/types.gen.ts";
import { createTyped, creationFlags, nameArgument } from "../../create-typed.ts";
import { values } from "../../flags.ts";
import type { Verb } from "../../verb.ts";

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_create/kubectl_create_cronjob/ */
export const cronJob: Verb = {
  names: ["cronjob", "cj"],
  summary: "Create a cron job with the specified name",
  usage: "NAME --image=image --schedule='0/5 * * * ?' -- [COMMAND] [args...] [flags]",
  flags: [...creationFlags, ...values("image", "schedule", "restart")],
  required: ["image", "schedule"],

  async run(call) {
    const name = nameArgument(call);
    const { flags } = call;
    const command = flags.rest ?? [];
    const container = { name, image: flags.value("image") ?? "", ...(command.length > 0 ? { command } : {}) };
    const restartPolicy = (flags.value("restart") || "OnFailure") as "OnFailure" | "Never";
    const template = { metadata: { name: "" }, spec: { containers: [container], restartPolicy } };
    const object: CronJob = {
      apiVersion: "batch/v1",
      kind: "CronJob",
      metadata: { name },
      spec: { schedule: flags.value("schedule") ?? "", jobTemplate: { metadata: { name }, spec: { template } } },
    };
    await createTyped(object, call);
  },
};
