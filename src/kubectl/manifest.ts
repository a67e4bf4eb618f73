import { decodeText, readAll } from "../api/bytes.ts";
import type { KubeObject, Mutable } from "../api/object.ts";
import { parseYamlDocuments } from "../api/yaml.ts";
import { type Resource, versionOf } from "./discovery.ts";
import { KubectlError } from "./flags.ts";
import type { Call } from "./verb.ts";

/** One object of a manifest, and where it goes. */
export interface Manifest {
  readonly object: Mutable<KubeObject>;
  readonly resource: Resource;
  /** undefined for kinds without one. */
  readonly namespace: string | undefined;
  readonly source: string;
}

/** Everything that `-f` names: files, directories and `-` for stdin. Lists are taken apart. */
export async function manifestsOf(call: Call): Promise<readonly Manifest[]> {
  const paths = call.flags.values("filename").flatMap((path) => path.split(","));
  if (paths.length === 0) throw new KubectlError("must specify one of -f and -k");
  const manifests: Manifest[] = [];
  for (const path of paths) {
    for (const { text, source } of await textsAt(path, call)) manifests.push(...(await readManifests(text, source, call)));
  }
  if (manifests.length === 0) throw new KubectlError("no objects passed to apply");
  return manifests;
}

async function textsAt(path: string, { io }: Call): Promise<{ text: string; source: string }[]> {
  if (path === "-") return [{ text: decodeText(await readAll(io.stdin)), source: "STDIN" }];
  const inside = io.listDirectory?.(path);
  if (!inside) return [{ text: io.readFile(path), source: path }];
  return inside.filter((name) => /\.(?:ya?ml|json)$/u.test(name)).map((name) => ({ text: io.readFile(name), source: name }));
}

async function readManifests(text: string, source: string, call: Call): Promise<Manifest[]> {
  const objects = documents(text, source).flatMap((document) => itemsOf(document));
  return Promise.all(objects.map((object) => manifestFor(object, source, call)));
}

function documents(text: string, source: string): Record<string, unknown>[] {
  try {
    return parseYamlDocuments(text).filter((one): one is Record<string, unknown> => typeof one === "object" && one !== null);
  } catch (error) {
    throw new KubectlError(`error parsing ${source}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function itemsOf(document: Record<string, unknown>): Record<string, unknown>[] {
  const isList = typeof document["kind"] === "string" && document["kind"].endsWith("List") && Array.isArray(document["items"]);
  return isList ? (document["items"] as Record<string, unknown>[]) : [document];
}

async function manifestFor(object: Record<string, unknown>, source: string, call: Call): Promise<Manifest> {
  const { apiVersion, kind } = object;
  if (typeof kind !== "string" || kind === "") throw invalid(source, "Object 'Kind' is missing", object);
  if (typeof apiVersion !== "string" || apiVersion === "") throw invalid(source, "Object 'apiVersion' is missing", object);
  const metadata = (object["metadata"] ?? {}) as Partial<KubeObject["metadata"]>;
  const resource = await call.discovery.findKind(apiVersion, kind);
  if (!resource) {
    throw new KubectlError(
      `resource mapping not found for name: ${JSON.stringify(metadata.name ?? "")} namespace: ${JSON.stringify(metadata.namespace ?? "")} from ${JSON.stringify(source)}: no matches for kind ${JSON.stringify(kind)} in version ${JSON.stringify(apiVersion)}\nensure CRDs are installed first`,
    );
  }
  const namespace = resource.namespaced ? namespaceOf(metadata.namespace, call) : undefined;
  const placed = { ...metadata, ...(namespace === undefined ? {} : { namespace }) };
  return { object: { ...object, metadata: placed } as Mutable<KubeObject>, resource, namespace, source };
}

function invalid(source: string, why: string, object: object): KubectlError {
  return new KubectlError(`error validating ${JSON.stringify(source)}: error validating data: ${why} in '${JSON.stringify(object)}'`);
}

/** One in the manifest must agree with `-n`. */
function namespaceOf(own: string | undefined, { namespace, namespaceGiven }: Call): string {
  if (own && namespaceGiven && own !== namespace) {
    throw new KubectlError(
      `the namespace from the provided object ${JSON.stringify(own)} does not match the namespace ${JSON.stringify(namespace)}. You must pass '--namespace=${own}' to perform this operation.`,
    );
  }
  return own || namespace;
}

/** `replicaset.apps/web`, as kubectl names what it has done something to. */
export function nameOf({ kind, group }: Pick<Resource, "kind" | "group">, name: string): string {
  return `${kind.toLowerCase()}${group ? `.${group}` : ""}/${name}`;
}

/** JSON with its keys in order, as Go writes maps. */
export function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_key, one: unknown) =>
    typeof one === "object" && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  );
}

/** The type's full name in the facts, such as `io.k8s.api.apps.v1.Deployment`; "" for custom resources. */
export function typeNameOf(resource: Resource): string {
  const group = resource.group.split(".", 1)[0] || "core";
  return `io.k8s.api.${group}.${versionOf(resource).split("/").at(-1) ?? ""}.${resource.kind}`;
}
