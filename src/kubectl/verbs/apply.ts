import type { KubeObject } from "../../api/object.ts";
import { ApiError, isNotFound } from "../../api/status.ts";
import { typeFacts } from "../../api/type-facts.ts";
import { recordFlags, withChangeCause } from "../change-cause.ts";
import { waitUntilGone } from "../delete-targets.ts";
import { durationMs } from "../durations.ts";
import { Failures } from "../failures.ts";
import { booleans, durations, type Flag, lists, numbers, optionals, values } from "../flags.ts";
import { KubectlError, usageError } from "../kubectl-error.ts";
import { annotationsOf, lastAppliedAnnotation, withLastApplied } from "../last-applied.ts";
import { fileFlags, type Manifest, manifestsOf, typeNameOf, unversioned } from "../manifest.ts";
import { printList } from "../print-list.ts";
import { sortedJson } from "../printers/go-json.ts";
import { pruneOthers } from "../prune.ts";
import { pathOf } from "../rest.ts";
import { dryRunOf, resultFlags, tellResult } from "../result.ts";
import { errorWhen } from "../server-says.ts";
import { threeWayPatch } from "../three-way.ts";
import { validationOf } from "../validation.ts";
import type { Call, Verb } from "../verb.ts";
import { editLastApplied, setLastApplied, viewLastApplied } from "./apply-last-applied.ts";

const manager = "kubectl-client-side-apply";

const flags: readonly Flag[] = [
  ...fileFlags,
  ...resultFlags,
  ...recordFlags,
  ...values("selector/l", "cascade", "subresource"),
  ...booleans("server-side", "force-conflicts", "force", "overwrite", "openapi-patch", "prune", "all", "wait"),
  ...optionals("validate=strict"),
  ...lists("prune-allowlist"),
  ...numbers("grace-period"),
  ...durations("timeout"),
];

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_apply/ */
export const apply: Verb = {
  names: ["apply"],
  summary: "Apply a configuration to a resource by file name or stdin",
  usage: "(-f FILENAME | -k DIRECTORY)",
  flags,
  verbs: [viewLastApplied, setLastApplied, editLastApplied],

  async run(call) {
    checkFlags(call);
    const { manifests, failures: unread } = await manifestsOf(call);
    if (manifests.length === 0 && unread.length === 0) throw new KubectlError("no objects passed to apply");
    const failures = new Failures(unread);
    const output = call.flags.value("output");
    const results: KubeObject[] = [];
    for (const manifest of manifests) {
      await failures.attempt(async () => {
        const { result, did } = await applyOne(manifest, call);
        results.push(result);
        const isWhole = output !== undefined && output !== "name";
        if (!isWhole) await tellResult({ resource: manifest.resource, object: result, did }, call);
      });
    }
    if (output !== undefined && output !== "name" && results.length > 0) {
      await printList(results, { output, isOne: results.length === 1 }, call);
    }
    if (call.flags.isTrue("prune") && !failures.some) await pruneOthers(manifests, call);
    failures.raise();
    return 0;
  },
};

function checkFlags({ flags: given }: Call): void {
  if (given.args.length > 0) throw usageError("apply", `Unexpected args: [${given.args.join(" ")}]`);
  validationOf(given);
  if (given.isTrue("force-conflicts") && !given.isTrue("server-side")) {
    throw new KubectlError("--force-conflicts only works with --server-side");
  }
  if (given.isTrue("server-side") && dryRunOf(given) === "client") {
    throw new KubectlError("--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)");
  }
  if (given.isTrue("prune") && !given.isTrue("all") && !given.has("selector")) {
    throw new KubectlError(
      "all resources selected for prune without explicitly passing --all. To prune all resources, pass the --all flag. If you did not mean to prune all resources, specify a label selector",
    );
  }
}

interface Outcome {
  readonly result: KubeObject;
  readonly did: string;
}

async function applyOne(manifest: Manifest, call: Call): Promise<Outcome> {
  const { source } = manifest;
  const object = withChangeCause(manifest.object, call);
  if (!object.metadata.name) {
    const { generateName } = object.metadata;
    if (generateName) throw new KubectlError(`from ${generateName}: cannot use generate name with apply`);
    throw new KubectlError(
      `error when retrieving current configuration of:\n${aboutObject(manifest)}\nfrom server for: ${JSON.stringify(source)}: resource name may not be empty`,
    );
  }
  const work = { ...manifest, object };
  return call.flags.isTrue("server-side") ? serverSide(work, call) : clientSide(work, call);
}

function queryOf({ flags: given }: Call, fieldManager: string): Record<string, string> {
  return {
    fieldManager: given.value("field-manager") ?? fieldManager,
    fieldValidation: validationOf(given),
    ...(dryRunOf(given) === "server" ? { dryRun: "All" } : {}),
  };
}

async function serverSide({ object, resource, namespace, source }: Manifest, call: Call): Promise<Outcome> {
  const force: Record<string, string> = call.flags.isTrue("force-conflicts") ? { force: "true" } : { force: "false" };
  const query = { ...queryOf(call, "kubectl"), ...force };
  const path = pathOf(resource, namespace, object.metadata.name, call.flags.value("subresource"));
  const request = { query, contentType: "application/apply-patch+yaml", body: object };
  try {
    const result = await call.rest.json<KubeObject>("PATCH", path, request);
    return { result, did: "serverside-applied" };
  } catch (error) {
    if (error instanceof ApiError && error.reason === "Conflict")
      throw new KubectlError(`${error.message}\n${aboutConflicts}`);
    throw error instanceof ApiError ? error : errorWhen("applying", source, error);
  }
}

const aboutConflicts = `Please review the fields above--they currently have other managers. Here
are the ways you can resolve this warning:
* If you intend to manage all of these fields, please re-run the apply
  command with the \`--force-conflicts\` flag.
* If you do not intend to manage all of the fields, please edit your
  manifest to remove references to the fields that should keep their
  current managers.
* You may co-own fields by updating your manifest to match the existing
  value; in this case, you'll become the manager if the other manager(s)
  stop managing the field (remove it from their configuration).
See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts`;

async function clientSide(manifest: Manifest, call: Call): Promise<Outcome> {
  const { object, resource, namespace, source } = manifest;
  const path = pathOf(resource, namespace, object.metadata.name);
  const current = await currentOf(path, manifest, call);
  const modified = withLastApplied(object);
  const query = queryOf(call, manager);
  const isDry = dryRunOf(call.flags) === "client";
  if (!current) {
    if (isDry) return { result: modified, did: "created" };
    try {
      const result = await call.rest.json<KubeObject>("POST", pathOf(resource, namespace), {
        query,
        body: unversioned(modified),
      });
      return { result, did: "created" };
    } catch (error) {
      throw errorWhen("creating", source, error);
    }
  }
  if (!isDry && annotationsOf(current)[lastAppliedAnnotation] === undefined) {
    await call.io.err(missingAnnotation(`${resource.plural}/${object.metadata.name}`));
  }
  return patchWith({ manifest, path, current, modified, query, isDry }, call);
}

interface PatchWork {
  readonly manifest: Manifest;
  readonly path: string;
  readonly current: KubeObject;
  readonly modified: KubeObject;
  readonly query: Record<string, string>;
  readonly isDry: boolean;
}

async function patchWith({ manifest, path, current, modified, query, isDry }: PatchWork, call: Call): Promise<Outcome> {
  const { resource, source } = manifest;
  const last = annotationsOf(current)[lastAppliedAnnotation];
  const original = last === undefined ? {} : (JSON.parse(last) as Record<string, unknown>);
  const typeName = typeNameOf(resource);
  const { apiVersion: _version, kind: _kind, ...patch } = threeWayPatch({ original, modified, current }, typeName);
  if (isDry) return { result: modified, did: "configured" };
  if (Object.keys(patch).length === 0) return { result: current, did: "unchanged" };
  const contentType = typeName in typeFacts ? "application/strategic-merge-patch+json" : "application/merge-patch+json";
  try {
    const result = await call.rest.json<KubeObject>("PATCH", path, { query, contentType, body: patch });
    return { result, did: "configured" };
  } catch (error) {
    if (
      call.flags.isTrue("force") &&
      error instanceof ApiError &&
      (error.reason === "Invalid" || error.reason === "Conflict")
    ) {
      return replaceByForce({ manifest, path, modified, query }, call);
    }
    const during = errorWhen("patching", source, error);
    throw errorWhen(`applying patch:\n${sortedJson(patch)}\nto:\n${aboutObject(manifest)}\nfor:`, source, during);
  }
}

function aboutObject({ resource, object, namespace }: Manifest): string {
  const version = resource.group ? `${resource.group}/${resource.version}` : `/${resource.version}`;
  const place = `Name: ${JSON.stringify(object.metadata.name ?? "")}, Namespace: ${JSON.stringify(namespace ?? "")}`;
  return `Resource: "${version}, Resource=${resource.plural}", GroupVersionKind: "${version}, Kind=${resource.kind}"\n${place}`;
}

/** `--force`: what cannot be patched is deleted and made anew. */
async function replaceByForce(
  { manifest, path, modified, query }: Pick<PatchWork, "manifest" | "path" | "modified" | "query">,
  call: Call,
): Promise<Outcome> {
  const { resource, namespace, object } = manifest;
  const { flags: given, rest } = call;
  const grace = given.number("grace-period") ?? -1;
  const body = { propagationPolicy: "Background", gracePeriodSeconds: Math.max(grace, 0) };
  const before = await rest.json<KubeObject>("GET", path);
  await rest.json("DELETE", path, { body });
  const target = { resource, namespace, name: object.metadata.name };
  const timeoutMs = durationMs(given.value("timeout") ?? "0s") || undefined;
  await waitUntilGone([{ target, uid: before.metadata.uid ?? "" }], timeoutMs, call);
  const create = (one: KubeObject): Promise<KubeObject> =>
    rest.json<KubeObject>("POST", pathOf(resource, namespace), { query, body: unversioned(one) });
  const result = await create(modified).catch(async (error: unknown) => {
    await create(before).catch((again: unknown) => {
      throw bothFailed(error, again);
    });
    throw error;
  });
  return { result, did: "configured" };
}

function bothFailed(error: unknown, again: unknown): unknown {
  if (!(error instanceof ApiError) || !(again instanceof ApiError)) return error;
  return new KubectlError(
    `An error occurred force-replacing the existing object with the newly provided one:\n\n${error.message}.\n\nAdditionally, an error occurred attempting to restore the original object:\n\n${again.message}`,
    { bare: true },
  );
}

async function currentOf(path: string, manifest: Manifest, { rest }: Call): Promise<KubeObject | undefined> {
  try {
    return await rest.json<KubeObject>("GET", path);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw errorWhen(
      `retrieving current configuration of:\n${aboutObject(manifest)}\nfrom server for:`,
      manifest.source,
      error,
    );
  }
}

function missingAnnotation(name: string): string {
  return `Warning: resource ${name} is missing the ${lastAppliedAnnotation} annotation which is required by kubectl apply. kubectl apply should only be used on resources created declaratively by either kubectl create --save-config or kubectl apply. The missing annotation will be patched automatically.\n`;
}
