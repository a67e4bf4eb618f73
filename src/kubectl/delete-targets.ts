import type { KubeObject } from "../api/object.ts";
import { isNotFound } from "../api/status.ts";
import type { Status } from "../api/types.gen.ts";
import { KubectlError } from "./kubectl-error.ts";
import { dryRunOf } from "./result.ts";
import { errorWhen } from "./server-says.ts";
import { type Target, targetPath } from "./targets.ts";
import type { Call } from "./verb.ts";
import { watchUntil } from "./watch-until.ts";

export interface Deletion {
  readonly gracePeriodSeconds: number | undefined;
  readonly propagationPolicy: "Background" | "Foreground" | "Orphan";
  readonly force: boolean;
  /** Just the name on stdout. */
  readonly nameOnly: boolean;
}

/** Deletes one named object and tells of it. Resolves with its uid; "": there is nothing to wait for. */
export async function deleteTarget(target: Target, deletion: Deletion, call: Call): Promise<string> {
  const { resource, source, name = "" } = target;
  const { gracePeriodSeconds, propagationPolicy, force, nameOnly } = deletion;
  const dryRun = dryRunOf(call.flags);
  const body = { propagationPolicy, ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }) };
  const query: Record<string, string> = dryRun === "server" ? { dryRun: "All" } : {};
  let uid = "";
  try {
    const answer =
      dryRun === "client"
        ? await call.rest.json<KubeObject>("GET", targetPath(target))
        : await call.rest.json<KubeObject & Status>("DELETE", targetPath(target), { body, query });
    uid = dryRun === "none" ? uidOf(answer) : "";
  } catch (error) {
    throw source === undefined ? error : errorWhen("deleting", source, error);
  }
  const group = resource.group ? `.${resource.group}` : "";
  const kind = `${resource.kind.toLowerCase()}${group}`;
  const suffix = { none: "", client: " (dry run)", server: " (server dry run)" }[dryRun];
  const did = force ? "force deleted" : "deleted";
  await call.io.out(nameOnly ? `${kind}/${name}\n` : `${kind} ${JSON.stringify(name)} ${did}${suffix}\n`);
  return uid;
}

/** What was deleted comes back as itself, or as a Status that knows its uid. */
function uidOf(answer: KubeObject | Status): string {
  if ("details" in answer) return answer.details?.uid ?? "";
  return (answer as KubeObject).metadata.uid ?? "";
}

/** Waits until each is gone, or is another object of the same name. Throws KubectlError when the time is over. */
export async function waitUntilGone(
  deleted: readonly { target: Target; uid: string }[],
  timeoutMs: number | undefined,
  call: Call,
): Promise<void> {
  for (const { target, uid } of deleted) {
    if (uid === "" || target.name === undefined) continue;
    const watched = { resource: target.resource, namespace: target.namespace, name: target.name };
    const isDone = (object: KubeObject | undefined): boolean => !object || object.metadata.uid !== uid;
    if (!isDone(await current(target, call)) && !(await watchUntil(watched, call, { timeoutMs, isDone }))) {
      throw new KubectlError(`timed out waiting for the condition on ${target.resource.plural}/${target.name}`);
    }
  }
}

async function current(target: Target, { rest }: Call): Promise<KubeObject | undefined> {
  try {
    return await rest.json<KubeObject>("GET", targetPath(target));
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
