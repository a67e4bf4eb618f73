import type { KubeObject } from "../../../api/object.ts";
import { recordFlags, withChangeCause } from "../../change-cause.ts";
import { Failures } from "../../failures.ts";
import { booleans, optionals, values } from "../../flags.ts";
import { KubectlError, usageError } from "../../kubectl-error.ts";
import { withLastApplied } from "../../last-applied.ts";
import { fileFlags, type Manifest, manifestsOf, unversioned } from "../../manifest.ts";
import { pathOf } from "../../rest.ts";
import { dryRunOf, resultFlags, tellResult, writeQuery } from "../../result.ts";
import { sendRaw } from "../../send-raw.ts";
import { errorWhen } from "../../server-says.ts";
import { validationOf } from "../../validation.ts";
import type { Call, Verb } from "../../verb.ts";
import { noEditor } from "../edit.ts";
import { clusterRoleBinding } from "./cluster-role-binding.ts";
import { clusterRole } from "./cluster-role.ts";
import { configMap } from "./config-map.ts";
import { cronJob } from "./cron-job.ts";
import { deployment } from "./deployment.ts";
import { ingress } from "./ingress.ts";
import { job } from "./job.ts";
import { namespace } from "./namespace.ts";
import { podDisruptionBudget } from "./pod-disruption-budget.ts";
import { priorityClass } from "./priority-class.ts";
import { quota } from "./quota.ts";
import { roleBinding } from "./role-binding.ts";
import { role } from "./role.ts";
import { secret } from "./secret.ts";
import { serviceAccount } from "./service-account.ts";
import { service } from "./service.ts";
import { token } from "./token.ts";

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_create/ */
export const create: Verb = {
  names: ["create"],
  summary: "Create a resource from a file or from stdin",
  usage: "-f FILENAME",
  flags: [
    ...fileFlags,
    ...resultFlags,
    ...recordFlags,
    ...values("selector/l", "raw"),
    ...booleans("save-config", "edit", "windows-line-endings"),
    ...optionals("validate=strict"),
  ],
  verbs: [
    clusterRole,
    clusterRoleBinding,
    configMap,
    cronJob,
    deployment,
    ingress,
    job,
    namespace,
    podDisruptionBudget,
    priorityClass,
    quota,
    role,
    roleBinding,
    secret,
    service,
    serviceAccount,
    token,
  ],

  async run(call) {
    if (call.flags.args.length > 0) throw usageError("create", `Unexpected args: [${call.flags.args.join(" ")}]`);
    const raw = call.flags.value("raw");
    if (raw !== undefined) return postRaw(raw, call).then(() => 0);
    if (call.flags.isTrue("edit")) throw noEditor();
    validationOf(call.flags);
    const { manifests, failures: unread } = await manifestsOf(call);
    if (manifests.length === 0 && unread.length === 0) throw new KubectlError("no objects passed to create");
    const failures = new Failures();
    for (const manifest of manifests) await failures.attempt(() => createOne(manifest, call));
    failures.addAll(unread);
    failures.raise();
    return 0;
  },
};

async function createOne(manifest: Manifest, call: Call): Promise<void> {
  const { resource, namespace: place, source } = manifest;
  const saved = call.flags.isTrue("save-config") ? withLastApplied(manifest.object) : manifest.object;
  const body = withChangeCause(unversioned(saved), call);
  try {
    const query = { ...writeQuery(call.flags, "kubectl-create"), fieldValidation: validationOf(call.flags) };
    const isDry = dryRunOf(call.flags) === "client";
    const object = isDry ? body : await call.rest.json<KubeObject>("POST", pathOf(resource, place), { query, body });
    await tellResult({ resource, object, did: "created" }, call);
  } catch (error) {
    throw errorWhen("creating", source, error);
  }
}

async function postRaw(path: string, call: Call): Promise<void> {
  const { flags } = call;
  if (flags.isTrue("edit")) throw new KubectlError("--raw and --edit are mutually exclusive");
  return sendRaw({ method: "POST", path }, call);
}
