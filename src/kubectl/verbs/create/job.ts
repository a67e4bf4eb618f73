import type { CronJob, Job, JobSpec } from "../../../api/types.gen.ts";
import { createTyped, creationFlags, nameArgument } from "../../create-typed.ts";
import { values } from "../../flags.ts";
import { KubectlError } from "../../kubectl-error.ts";
import { pathOf } from "../../rest.ts";
import type { Call, Verb } from "../../verb.ts";

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_create/kubectl_create_job/ */
export const job: Verb = {
  names: ["job"],
  summary: "Create a job with the specified name",
  usage: "NAME --image=image [--from=cronjob/name] -- [COMMAND] [args...]",
  flags: [...creationFlags, ...values("image", "from")],

  async run(call) {
    const name = nameArgument(call);
    const { flags } = call;
    const [image, from] = [flags.value("image"), flags.value("from")];
    const command = flags.rest ?? [];
    if (!image === !from) throw new KubectlError("either --image or --from must be specified");
    if (from && command.length > 0) throw new KubectlError("cannot specify --from and command");
    await createTyped(from ? await jobFrom(name, from, call) : jobObject(name, image ?? "", command), call);
  },
};

function jobObject(name: string, image: string, command: readonly string[]): Job {
  const container = { name, image, ...(command.length > 0 ? { command } : {}) };
  const template = { metadata: { name: "" }, spec: { containers: [container], restartPolicy: "Never" as const } };
  return { apiVersion: "batch/v1", kind: "Job", metadata: { name }, spec: { template } };
}

async function jobFrom(name: string, from: string, { discovery, rest, namespace }: Call): Promise<Job> {
  const [type = "", source = ""] = from.includes("/") ? from.split("/") : ["cronjob", from];
  const resource = await discovery.find(type);
  const cronJob = await rest.json<CronJob>("GET", pathOf(resource, namespace, source));
  if (resource.kind !== "CronJob") throw new KubectlError("from must be an existing cronjob");
  const { metadata, spec } = cronJob.spec.jobTemplate;
  const owner = {
    apiVersion: "batch/v1",
    kind: "CronJob",
    name: cronJob.metadata.name,
    uid: cronJob.metadata.uid ?? "",
    controller: true,
  };
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: {
      name,
      annotations: { "cronjob.kubernetes.io/instantiate": "manual", ...metadata?.annotations },
      ...(metadata?.labels ? { labels: metadata.labels } : {}),
      ownerReferences: [owner],
    },
    spec: spec as JobSpec,
  };
}
