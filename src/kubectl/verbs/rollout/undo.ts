import type { KubeObject } from "../../../api/object.ts";
import type { Deployment, PodTemplateSpec } from "../../../api/types.gen.ts";
import { Description } from "../../describe/description.ts";
import { describePodTemplate } from "../../describe/pod-template.ts";
import { Failures } from "../../failures.ts";
import { numbers } from "../../flags.ts";
import { KubectlError } from "../../kubectl-error.ts";
import { pathOf } from "../../rest.ts";
import { dryRunFlags, dryRunOf, dryRunQuery, formatFlags, tellResult } from "../../result.ts";
import { type Revision, revisionsOf, sameTemplate, withoutHash } from "../../revisions.ts";
import { noRevisions, rolloutFlags, rolloutTargets } from "../../rollout-targets.ts";
import type { Found } from "../../targets.ts";
import type { Call, Verb } from "../../verb.ts";

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_rollout/kubectl_rollout_undo/ */
export const undo: Verb = {
  names: ["undo"],
  summary: "Undo a previous rollout",
  usage: "(TYPE NAME | TYPE/NAME) [flags]",
  flags: [...rolloutFlags, ...formatFlags, ...dryRunFlags, ...numbers("to-revision")],

  async run(call) {
    const failures = new Failures();
    for (const found of await rolloutTargets(call, failures)) {
      await failures.attempt(async () => {
        const did = await rollBack(found, call);
        await tellResult({ resource: found.resource, object: found.object, did }, call);
      });
    }
    failures.raise();
    return 0;
  },
};

/** Resolves with what was done. */
async function rollBack(found: Found, call: Call): Promise<string> {
  const { object, resource, namespace, name } = found;
  const revisions = await revisionsOf(object, call);
  if (!revisions) throw noRevisions(found, "rollbacker");
  const { spec } = object as Deployment;
  const chosen = choose(revisions, object, call);
  if (dryRunOf(call.flags) === "client") {
    const text = templateText(chosen.template);
    return resource.kind === "Deployment" ? text : `will roll back to ${text}`;
  }
  if (resource.kind === "Deployment" && spec.paused) {
    throw new KubectlError(
      `you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again`,
    );
  }
  if (sameTemplate(chosen.template, spec.template)) {
    return `skipped rollback (current template already matches revision ${call.flags.number("to-revision") ?? 0})`;
  }
  await call.rest.json("PATCH", pathOf(resource, namespace, name), {
    query: dryRunQuery(call.flags),
    ...patchTo(chosen, object),
  });
  return "rolled back";
}

function choose(revisions: readonly Revision[], object: KubeObject, { flags }: Call): Revision {
  const wanted = flags.number("to-revision") ?? 0;
  const noHistory = new KubectlError(
    `no rollout history found for ${object.kind.toLowerCase()} ${JSON.stringify(object.metadata.name)}`,
  );
  if (wanted > 0) {
    const found = revisions.find(({ number }) => number === wanted);
    if (!found) throw new KubectlError(`unable to find specified revision ${wanted} in history`);
    return found;
  }
  const previous = revisions.at(-2);
  if (!previous && object.kind !== "Deployment") throw new KubectlError("no last revision to roll back to");
  if (!previous) throw noHistory;
  return previous;
}

/** A Deployment takes over the whole template, the others what their revision remembers. */
function patchTo({ template, keeper }: Revision, object: KubeObject): { contentType: string; body: unknown } {
  if (object.kind !== "Deployment") {
    return { contentType: "application/strategic-merge-patch+json", body: (keeper as { data?: unknown }).data };
  }
  const kept = new Set([
    "kubectl.kubernetes.io/last-applied-configuration",
    "deployment.kubernetes.io/revision",
    "deployment.kubernetes.io/revision-history",
    "deployment.kubernetes.io/desired-replicas",
    "deployment.kubernetes.io/max-replicas",
    "deprecated.deployment.rollback.to",
  ]);
  const own = Object.entries(object.metadata.annotations ?? {}).filter(([key]) => kept.has(key));
  const others = Object.entries(keeper.metadata.annotations ?? {}).filter(([key]) => !kept.has(key));
  const annotations = Object.fromEntries([...own, ...others]);
  return {
    contentType: "application/json-patch+json",
    body: [
      { op: "replace", path: "/spec/template", value: withoutHash(template) },
      { op: "replace", path: "/metadata/annotations", value: annotations },
    ],
  };
}

function templateText(template: PodTemplateSpec | undefined): string {
  const to = new Description();
  describePodTemplate(template, to);
  return to.raw;
}
