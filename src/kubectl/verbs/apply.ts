import type { KubeObject } from "../../api/object.ts";
import { isNotFound } from "../../api/status.ts";
import { typeFacts } from "../../api/type-facts.ts";
import { KubectlError } from "../kubectl-error.ts";
import { type Manifest, manifestsOf, nameOf, sortedJson, typeNameOf } from "../manifest.ts";
import { printObject } from "../printers/print-object.ts";
import { pathOf } from "../rest.ts";
import { threeWayPatch } from "../three-way.ts";
import type { Call, Verb } from "../verb.ts";

const annotation = "kubectl.kubernetes.io/last-applied-configuration";
const manager = "kubectl-client-side-apply";

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_apply/ */
export const apply: Verb = {
  names: ["apply"],
  summary: "Apply a configuration to a resource by file name or stdin",
  flags: [
    { name: "filename", short: "f", kind: "list" },
    { name: "recursive", short: "R", kind: "boolean" },
    { name: "output", short: "o", kind: "value" },
    { name: "server-side", kind: "boolean" },
    { name: "force-conflicts", kind: "boolean" },
    { name: "field-manager", kind: "value" },
    { name: "dry-run", kind: "optional" },
    { name: "validate", kind: "optional" },
  ],

  async run(call) {
    let failed = false;
    for (const manifest of await manifestsOf(call)) {
      try {
        await applyOne(manifest, call);
      } catch (error) {
        if (!(error instanceof KubectlError)) throw error;
        failed = true;
        await call.io.err(`error: ${error.message}\n`);
      }
    }
    return failed ? 1 : 0;
  },
};

async function applyOne(manifest: Manifest, call: Call): Promise<void> {
  const { object, resource } = manifest;
  if (object.metadata.name === "" || object.metadata.name === undefined) {
    throw new KubectlError(`error when applying: ${manifest.source}: resource name may not be empty`);
  }
  const { result, did } = call.flags.isTrue("server-side") ? await serverSide(manifest, call) : await clientSide(manifest, call);
  const dryRun = call.flags.has("dry-run") ? " (server dry run)" : "";
  const output = call.flags.value("output");
  if (output === undefined) await call.io.out(`${nameOf(resource, object.metadata.name)} ${did}${dryRun}\n`);
  else await call.io.out(printObject(result, output, resource));
}

type Outcome = { readonly result: KubeObject; readonly did: string };

async function serverSide({ object, resource, namespace }: Manifest, { rest, flags }: Call): Promise<Outcome> {
  const query = {
    fieldManager: flags.value("field-manager") ?? "kubectl",
    fieldValidation: "Strict",
    ...(flags.isTrue("force-conflicts") ? { force: "true" } : {}),
    ...dryRunQuery(flags),
  };
  const path = pathOf(resource, namespace, object.metadata.name);
  const result = await rest.json<KubeObject>("PATCH", path, { query, contentType: "application/apply-patch+yaml", body: object });
  return { result, did: "serverside-applied" };
}

async function clientSide(manifest: Manifest, call: Call): Promise<Outcome> {
  const { object, resource, namespace } = manifest;
  const { rest, io, flags } = call;
  const modified = withLastApplied(object);
  const query = { fieldManager: flags.value("field-manager") ?? manager, fieldValidation: "Strict", ...dryRunQuery(flags) };
  const path = pathOf(resource, namespace, object.metadata.name);
  const current = await find(path, call);
  if (!current) {
    return { result: await rest.json("POST", pathOf(resource, namespace), { query, body: modified }), did: "created" };
  }
  const last = current.metadata.annotations?.[annotation];
  if (last === undefined) await io.err(missingAnnotation(`${resource.plural}/${object.metadata.name}`));
  const original = last === undefined ? {} : (JSON.parse(last) as Record<string, unknown>);
  const typeName = typeNameOf(resource);
  const trees = { original, modified: modified as never, current: current as never };
  const { apiVersion: _version, kind: _kind, ...patch } = threeWayPatch(trees, typeName);
  if (Object.keys(patch).length === 0) return { result: current, did: "unchanged" };
  const contentType = typeName in typeFacts ? "application/strategic-merge-patch+json" : "application/merge-patch+json";
  const result = await rest.json<KubeObject>("PATCH", path, { query, contentType, body: patch });
  return { result, did: result.metadata.resourceVersion === current.metadata.resourceVersion ? "unchanged" : "configured" };
}

function dryRunQuery(flags: Call["flags"]): Record<string, string> {
  return flags.has("dry-run") && flags.value("dry-run") !== "none" ? { dryRun: "All" } : {};
}

async function find(path: string, { rest }: Call): Promise<KubeObject | undefined> {
  try {
    return await rest.json<KubeObject>("GET", path);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** The manifest remembers itself in an annotation, so that the next apply knows what it took away. */
function withLastApplied(object: KubeObject): KubeObject {
  const { [annotation]: _own, ...annotations } = object.metadata.annotations ?? {};
  const plain = { ...object, metadata: { ...object.metadata, annotations } };
  return { ...plain, metadata: { ...plain.metadata, annotations: { ...annotations, [annotation]: `${sortedJson(plain)}\n` } } };
}

function missingAnnotation(name: string): string {
  return `Warning: resource ${name} is missing the ${annotation} annotation which is required by kubectl apply. kubectl apply should only be used on resources created declaratively by either kubectl create --save-config or kubectl apply. The missing annotation will be patched automatically.\n`;
}
