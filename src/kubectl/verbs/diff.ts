import type { KubeObject } from "../../api/object.ts";
import { isNotFound } from "../../api/status.ts";
import { typeFacts } from "../../api/type-facts.ts";
import { maskSecrets } from "../diff-mask.ts";
import type { Resource } from "../discovery.ts";
import { booleans, lists, optionals, values } from "../flags.ts";
import { exit, KubectlError } from "../kubectl-error.ts";
import { annotationsOf, lastAppliedAnnotation, withoutLastApplied } from "../last-applied.ts";
import { fileFlags, type Manifest, manifestsOf, typeNameOf, unversioned } from "../manifest.ts";
import { goYaml } from "../printers/yaml.ts";
import { othersToPrune } from "../prune.ts";
import { pathOf } from "../rest.ts";
import { errorText } from "../server-says.ts";
import { threeWayPatch } from "../three-way.ts";
import { unifiedDiff } from "../unified-diff.ts";
import type { Call, Verb } from "../verb.ts";

/** What went wrong is told apart from a difference by the exit code. */
const failed = 2;

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_diff/ */
export const diff: Verb = {
  names: ["diff"],
  summary: "Diff the live version against a would-be applied version",
  usage: "-f FILENAME",
  flags: [
    ...fileFlags,
    ...booleans("server-side", "force-conflicts", "prune", "show-managed-fields"),
    ...values("field-manager", "selector/l"),
    ...lists("prune-allowlist"),
    ...optionals("concurrency=1"),
  ],

  async run(call) {
    try {
      const { manifests, failures } = await manifestsOf(call);
      if (failures.length > 0) throw failures[0];
      let isSame = true;
      for (const manifest of manifests) if (!(await showDifference(manifest, call))) isSame = false;
      const pruned = call.flags.isTrue("prune") ? await othersToPrune(manifests, call) : [];
      for (const { object, resource, namespace } of pruned) {
        const name = fileNameOf(resource, namespace, object.metadata.name);
        if (!(await tellDifference({ name, from: textOf(object), to: "" }, call))) isSame = false;
      }
      if (!isSame) throw exit(1);
    } catch (error) {
      if (error instanceof KubectlError && error.message === "") throw error;
      throw new KubectlError(errorText(error).text, { exitCode: failed, bare: true });
    }
  },
};

/** False: there is a difference, and it has been told. */
async function showDifference(manifest: Manifest, call: Call): Promise<boolean> {
  const { resource, namespace, object } = manifest;
  const live = await liveObject(pathOf(resource, namespace, object.metadata.name), call);
  const merged = await mergedObject(manifest, live, call);
  const name = fileNameOf(resource, namespace, object.metadata.name);
  const [before, after] =
    resource.kind === "Secret" && resource.group === "" ? maskSecrets(live, merged) : [live, merged];
  return tellDifference({ name, from: before ? textOf(before) : "", to: textOf(after) }, call);
}

async function tellDifference(
  { name, from, to }: { name: string; from: string; to: string },
  call: Call,
): Promise<boolean> {
  if (from === to) return true;
  const time = new Date(call.clock.now()).toISOString().replace("T", " ").replace("Z", "000000 +0000");
  const mark = call.clock.now();
  const [left, right] = [`/tmp/LIVE-${mark}/${name}`, `/tmp/MERGED-${mark}/${name}`];
  const head = `diff -u -N ${left} ${right}\n--- ${left}\t${time}\n+++ ${right}\t${time}\n`;
  await call.io.out(head + unifiedDiff(from, to));
  return false;
}

function fileNameOf({ group, version, kind }: Resource, namespace: string | undefined, name: string): string {
  return `${group ? `${group}.` : ""}${version}.${kind}.${namespace ?? ""}.${name}`;
}

/** What nobody wrote is not compared. */
function textOf({ metadata, ...object }: KubeObject): string {
  const { managedFields: _fields, ...kept } = metadata;
  return goYaml({ ...object, metadata: kept });
}

async function liveObject(path: string, { rest }: Call): Promise<KubeObject | undefined> {
  try {
    return await rest.json<KubeObject>("GET", path);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** What the server would make of it, without keeping it. */
async function mergedObject(manifest: Manifest, live: KubeObject | undefined, call: Call): Promise<KubeObject> {
  const { resource, namespace, object } = manifest;
  const { flags, rest } = call;
  const path = pathOf(resource, namespace, object.metadata.name);
  if (flags.isTrue("server-side")) {
    const force = flags.isTrue("force-conflicts") ? { force: "true" } : { force: "false" };
    const query = { dryRun: "All", fieldManager: flags.value("field-manager") ?? "kubectl", ...force };
    return rest.json("PATCH", path, { query, contentType: "application/apply-patch+yaml", body: object });
  }
  const query = { dryRun: "All", fieldManager: flags.value("field-manager") ?? "kubectl-client-side-apply" };
  if (!live) return rest.json("POST", pathOf(resource, namespace), { query, body: unversioned(object) });
  const last = annotationsOf(live)[lastAppliedAnnotation];
  const original = last === undefined ? {} : (JSON.parse(last) as Record<string, unknown>);
  const typeName = typeNameOf(resource);
  const {
    apiVersion: _version,
    kind: _kind,
    ...patch
  } = threeWayPatch({ original, modified: withoutLastApplied(object), current: live }, typeName);
  const contentType = typeName in typeFacts ? "application/strategic-merge-patch+json" : "application/merge-patch+json";
  return rest.json("PATCH", path, { query, contentType, body: patch });
}
