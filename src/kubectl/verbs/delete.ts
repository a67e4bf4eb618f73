import { decodeText } from "../../api/bytes.ts";
import { isNotFound } from "../../api/status.ts";
import { deleteTarget, type Deletion, waitUntilGone } from "../delete-targets.ts";
import { durationMs } from "../durations.ts";
import { Failures } from "../failures.ts";
import { booleans, durations, type Flags, numbers, optionals, values } from "../flags.ts";
import { KubectlError } from "../kubectl-error.ts";
import { fileFlags, manifestsOf, nameOf } from "../manifest.ts";
import { listTarget, namedTargets, selectorFlags, type Target } from "../targets.ts";
import type { Call, Verb } from "../verb.ts";

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_delete/ */
export const deleteVerb: Verb = {
  names: ["delete"],
  summary: "Delete resources by file names, stdin, resources and names, or by resources and label selector",
  usage: "([-f FILENAME] | [-k DIRECTORY] | TYPE [(NAME | -l label | --all)])",
  flags: [
    ...fileFlags,
    ...selectorFlags,
    ...values("output/o", "raw"),
    ...booleans("force", "now", "wait", "ignore-not-found", "interactive/i"),
    ...numbers("grace-period"),
    ...durations("timeout"),
    ...optionals("cascade=background", "dry-run=unchanged"),
  ],

  async run(call) {
    const { flags, io } = call;
    const raw = flags.value("raw");
    if (raw !== undefined) return deleteRaw(raw, call);
    const deletion = deletionFrom(flags);
    if (deletion.force) await io.err(`Warning: ${aboutForce}\n`);
    if (flags.isTrue("all") && (flags.has("selector") || flags.has("field-selector")))
      throw new KubectlError("setting 'all' parameter but found a non empty selector. ");
    const failures = new Failures();
    const targets = await chosen(call, failures);
    await warnOfClusterScope(targets, call);
    if (flags.isTrue("interactive") && !(await confirmed(targets, call))) return 0;
    const deleted: { target: Target; uid: string }[] = [];
    for (const target of targets) {
      await failures.attempt(async () => {
        const uid = await deleteTarget(target, deletion, call).catch((error: unknown) => {
          if (!isNotFound(error) || !ignoresMissing(flags)) throw error;
        });
        if (uid !== undefined) deleted.push({ target, uid });
      });
    }
    if (targets.length === 0 && !failures.some) await io.out("No resources found\n");
    const waits = !flags.has("wait") || flags.isTrue("wait");
    if (waits) await failures.attempt(() => waitUntilGone(deleted, timeoutOf(flags), call));
    failures.raise();
    return 0;
  },
};

const aboutForce =
  "Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely.";

function deletionFrom(flags: Flags): Deletion {
  const output = flags.value("output") ?? "";
  if (output !== "" && output !== "name") {
    throw new KubectlError(`unexpected -o output mode: ${output}. We only support '-o name'`);
  }
  const given = flags.number("grace-period");
  const grace = given === undefined || given < 0 ? undefined : given;
  const force = flags.isTrue("force");
  if (flags.isTrue("now") && grace !== undefined)
    throw new KubectlError("--now and --grace-period cannot be specified together");
  const forced = force && (grace === undefined || grace === 0);
  if (force && grace !== undefined && grace > 0)
    throw new KubectlError("--force and --grace-period greater than 0 cannot be specified together");
  // Without --force nothing is torn away: 0 becomes 1.
  const seconds = forced ? 0 : flags.isTrue("now") || grace === 0 ? 1 : grace;
  return {
    gracePeriodSeconds: seconds,
    propagationPolicy: policyOf(flags),
    force: forced,
    nameOnly: output === "name",
  };
}

function policyOf(flags: Flags): Deletion["propagationPolicy"] {
  const value = flags.value("cascade") ?? "background";
  const policies: Readonly<Record<string, Deletion["propagationPolicy"]>> = {
    background: "Background",
    true: "Background",
    foreground: "Foreground",
    orphan: "Orphan",
    false: "Orphan",
  };
  const policy = policies[value];
  if (!policy)
    throw new KubectlError(`invalid cascade value (${value}). Must be "background", "foreground", or "orphan"`);
  return policy;
}

function timeoutOf(flags: Flags): number | undefined {
  const ms = durationMs(flags.value("timeout") ?? "0s");
  return ms > 0 ? ms : undefined;
}

function ignoresMissing(flags: Flags): boolean {
  return (
    flags.isTrue("ignore-not-found") || flags.isTrue("all") || flags.has("selector") || flags.has("field-selector")
  );
}

/** What the command names, one by one. */
async function chosen(call: Call, failures: Failures): Promise<Target[]> {
  if (call.flags.has("filename") || call.flags.has("kustomize")) {
    const { manifests, failures: unread } = await manifestsOf(call);
    failures.addAll(unread);
    return manifests.map(({ object, resource, namespace, source }) => {
      return { resource, namespace, name: object.metadata.name, source };
    });
  }
  const targets: Target[] = [];
  for (const target of await namedTargets(call)) {
    if (target.name !== undefined) targets.push(target);
    else await failures.attempt(async () => void targets.push(...(await itemsOf(target, call))));
  }
  return targets;
}

async function itemsOf(target: Target, call: Call): Promise<Target[]> {
  const items = await listTarget(target, call);
  return items.map(({ metadata }) => ({ ...target, namespace: metadata.namespace, name: metadata.name }));
}

async function warnOfClusterScope(targets: readonly Target[], { namespaceGiven, flags, io }: Call): Promise<void> {
  if (!namespaceGiven || flags.has("filename") || targets.every(({ resource }) => resource.namespaced)) return;
  await io.err("Warning: deleting cluster-scoped resources, not scoped to the provided namespace\n");
}

async function confirmed(targets: readonly Target[], { io }: Call): Promise<boolean> {
  await io.out("You are about to delete the following ");
  await io.out(`${targets.length} resource(s):\n`);
  for (const { resource, name = "" } of targets) await io.out(`${nameOf(resource, name)}\n`);
  await io.out("Do you want to continue? (y/n): ");
  for await (const bytes of io.stdin) {
    if (/^y/iu.test(decodeText(bytes).trim())) return true;
    break;
  }
  await io.out("deletion is cancelled\n");
  return false;
}

async function deleteRaw(path: string, { rest, io }: Call): Promise<void> {
  for await (const bytes of await rest.stream("DELETE", path, { raw: true })) await io.out(bytes);
}
