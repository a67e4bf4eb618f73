import type { Failures } from "./failures.ts";
import { type Flag, values } from "./flags.ts";
import { KubectlError } from "./kubectl-error.ts";
import { fileFlags } from "./manifest.ts";
import { fetchTargets, type Found, namedTargets, targetsOf } from "./targets.ts";
import type { Call } from "./verb.ts";

export const rolloutFlags: readonly Flag[] = [...fileFlags, ...values("selector/l")];

/** What a rollout command is about; a kind alone means all of them. */
export async function rolloutTargets(call: Call, failures: Failures): Promise<readonly Found[]> {
  const { flags } = call;
  const fromFiles = flags.has("filename") || flags.has("kustomize");
  if (!fromFiles && flags.args.length === 0) throw new KubectlError("required resource not specified");
  const targets = fromFiles ? await namedTargets(call) : await targetsOf(flags.args, call);
  return fetchTargets(targets, call, failures.add);
}

/** Kinds that know nothing of revisions, but of which kubectl knows that much. */
const withoutRevisions = new Set(["Job", "CronJob", "Pod", "ReplicaSet", "ReplicationController"]);

/** Why there are no revisions of an object; `what` is the `rollbacker` or the `history`. */
export function noRevisions({ resource }: Found, what: "rollbacker" | "history"): KubectlError {
  const kind = JSON.stringify(resource.kind);
  if (withoutRevisions.has(resource.kind)) {
    return new KubectlError(`no ${what === "history" ? "history viewer" : what} has been implemented for ${kind}`);
  }
  return new KubectlError(
    `error retrieving ${what} for ${kind}, no visitor method exists for {${resource.group} ${resource.kind}}`,
  );
}

/** `deployments.apps`, as errors name a resource. */
export function groupResource({ resource }: Found): string {
  return resource.group ? `${resource.plural}.${resource.group}` : resource.plural;
}
