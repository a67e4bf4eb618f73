import type { KubeObject } from "../../api/object.ts";
import { isNotFound } from "../../api/status.ts";
import { deleteTarget, waitUntilGone } from "../delete-targets.ts";
import { durationMs } from "../durations.ts";
import { Failures } from "../failures.ts";
import { booleans, durations, type Flags, numbers, optionals, values } from "../flags.ts";
import { KubectlError } from "../kubectl-error.ts";
import { withLastApplied } from "../last-applied.ts";
import { fileFlags, type Manifest, manifestsOf } from "../manifest.ts";
import { pathOf } from "../rest.ts";
import { dryRunOf, resultFlags, tellResult, writeQuery } from "../result.ts";
import { sendRaw } from "../send-raw.ts";
import { errorWhen } from "../server-says.ts";
import { validationOf } from "../validation.ts";
import type { Call, Verb } from "../verb.ts";

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_replace/ */
export const replace: Verb = {
  names: ["replace"],
  summary: "Replace a resource by file name or stdin",
  usage: "-f FILENAME",
  flags: [
    ...fileFlags,
    ...resultFlags,
    ...values("raw", "subresource"),
    ...booleans("force", "save-config", "wait"),
    ...numbers("grace-period"),
    ...durations("timeout"),
    ...optionals("cascade=background", "validate=strict"),
  ],

  async run(call) {
    const raw = call.flags.value("raw");
    if (raw !== undefined) return sendRaw({ method: "PUT", path: raw }, call);
    checkForce(call.flags);
    validationOf(call.flags);
    const { manifests, failures: unread } = await manifestsOf(call);
    const failures = new Failures();
    const isForced = call.flags.isTrue("force");
    if (isForced) await deleteAll(manifests, call);
    for (const manifest of manifests) {
      await failures.attempt(() => (isForced ? recreate(manifest, call) : replaceOne(manifest, call)));
    }
    failures.addAll(unread);
    failures.raise();
    return 0;
  },
};

function checkForce(flags: Flags): void {
  const isForced = flags.isTrue("force");
  if (isForced && dryRunOf(flags) !== "none") throw new KubectlError("--dry-run can not be used when --force is set");
  if (!isForced && (flags.number("grace-period") ?? -1) >= 0)
    throw new KubectlError("--grace-period must have --force specified");
  if (!isForced && durationMs(flags.value("timeout") ?? "0s") !== 0)
    throw new KubectlError("--timeout must have --force specified");
}

function bodyOf({ object }: Manifest, { flags }: Call): KubeObject {
  return flags.isTrue("save-config") ? withLastApplied(object) : object;
}

async function replaceOne(manifest: Manifest, call: Call): Promise<void> {
  const { resource, namespace, source, object } = manifest;
  const body = bodyOf(manifest, call);
  const path = pathOf(resource, namespace, object.metadata.name, call.flags.value("subresource"));
  const query = { ...writeQuery(call.flags, "kubectl-replace"), fieldValidation: validationOf(call.flags) };
  try {
    const isDry = dryRunOf(call.flags) === "client";
    const result = isDry
      ? body
      : await call.rest.json<KubeObject>("PUT", path, { query, body: await versioned(body, path, call) });
    await tellResult({ resource, object: result, did: "replaced" }, call);
  } catch (error) {
    throw errorWhen("replacing", source, error);
  }
}

/** One without a resourceVersion takes the place of whatever is there. */
async function versioned(body: KubeObject, path: string, { rest }: Call): Promise<KubeObject> {
  if (body.metadata.resourceVersion) return body;
  const current = await rest.json<KubeObject>("GET", path).catch((error: unknown) => {
    // What is not there the server will tell.
    if (!isNotFound(error)) throw error;
  });
  const { resourceVersion } = current?.metadata ?? {};
  return { ...body, metadata: { ...body.metadata, ...(resourceVersion === undefined ? {} : { resourceVersion }) } };
}

async function deleteAll(manifests: readonly Manifest[], call: Call): Promise<void> {
  const { flags } = call;
  const grace = flags.number("grace-period");
  const deletion = {
    gracePeriodSeconds: grace === undefined || grace < 0 ? undefined : grace,
    propagationPolicy: "Background",
    force: grace === 0,
    nameOnly: flags.value("output") === "name",
  } as const;
  const timeoutMs = durationMs(flags.value("timeout") ?? "0s") || undefined;
  for (const { object, resource, namespace } of manifests) {
    const target = { resource, namespace, name: object.metadata.name };
    try {
      const uid = await deleteTarget(target, deletion, call);
      await waitUntilGone([{ target, uid }], timeoutMs, call);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
}

async function recreate(manifest: Manifest, call: Call): Promise<void> {
  const { resource, namespace } = manifest;
  const query = { ...writeQuery(call.flags, "kubectl-replace"), fieldValidation: "Strict" };
  const { resourceVersion: _old, uid: _uid, ...metadata } = manifest.object.metadata;
  const body = { ...bodyOf(manifest, call), metadata };
  const object = await call.rest.json<KubeObject>("POST", pathOf(resource, namespace), { query, body });
  await tellResult({ resource, object, did: "replaced" }, call);
}
