import { decodeText, readAll } from "../api/bytes.ts";
import type { KubeObject, Mutable } from "../api/object.ts";
import { parseYamlDocuments, YamlError } from "../api/yaml.ts";
import { type Resource, versionOf } from "./discovery.ts";
import { booleans, type Flag, lists, values } from "./flags.ts";
import { KubectlError } from "./kubectl-error.ts";
import { sortedJson } from "./printers/go-json.ts";
import type { Call } from "./verb.ts";

/** One object of a manifest, and where it goes. */
export interface Manifest {
  readonly object: Mutable<KubeObject>;
  readonly resource: Resource;
  /** undefined for kinds without one. */
  readonly namespace: string | undefined;
  readonly source: string;
}

export interface Manifests {
  readonly manifests: readonly Manifest[];
  /** What could not be read: told when the others are done. */
  readonly failures: readonly unknown[];
}

export const fileFlags: readonly Flag[] = [...lists("filename/f"), ...values("kustomize/k"), ...booleans("recursive/R")];

/** Everything that `-f` names: files, directories, addresses and `-` for stdin. Lists are taken apart. */
export async function manifestsOf(call: Call): Promise<Manifests> {
  const { flags } = call;
  if (flags.has("kustomize")) throw notSimulated;
  const paths = flags.values("filename");
  if (paths.length === 0) throw new KubectlError("must specify one of -f and -k");
  const manifests: Manifest[] = [];
  const failures: unknown[] = [];
  for (const path of paths) {
    for (const { text, source } of await textsAt(path, call)) {
      for (const one of await readManifests(text, source, call)) {
        if ("object" in one) manifests.push(one);
        else failures.push(one);
      }
    }
  }
  return { manifests, failures };
}

/** What `kustomize` and `-k` answer. */
export const notSimulated: KubectlError = new KubectlError(
  "kustomizations are not supported by this kubectl: build them with kustomize and apply the result with -f",
);

interface Text {
  readonly text: string;
  readonly source: string;
}

async function textsAt(path: string, { io, flags }: Call): Promise<Text[]> {
  if (path === "-") return [{ text: decodeText(await readAll(io.stdin)), source: "STDIN" }];
  if (/^https?:\/\//u.test(path) && io.download) return [{ text: await io.download(path), source: path }];
  const inside = io.files?.list(path);
  if (!inside) return [{ text: io.readFile(path), source: path }];
  const found = filesIn(inside, { deep: flags.isTrue("recursive"), list: (one) => io.files?.list(one) });
  if (found.length === 0) {
    throw new KubectlError(`error reading [${path}]: recognized file extensions are [.json .yaml .yml]`);
  }
  return found.map((source) => ({ text: io.readFile(source), source }));
}

function filesIn(
  paths: readonly string[],
  { deep, list }: { deep: boolean; list: (path: string) => readonly string[] | undefined },
): string[] {
  return paths.flatMap((path) => {
    const inside = list(path);
    if (inside) return deep ? filesIn(inside, { deep, list }) : [];
    return /\.(?:ya?ml|json)$/u.test(path) ? [path] : [];
  });
}

async function readManifests(text: string, source: string, call: Call): Promise<(Manifest | KubectlError)[]> {
  const read = documents(text, source);
  if (read instanceof KubectlError) return [read];
  const objects = read.flatMap((document) => itemsOf(document));
  const attempts = objects.map(async (object) => {
    try {
      return await manifestFor(object, source, call);
    } catch (error) {
      if (error instanceof KubectlError) return error;
      throw error;
    }
  });
  return Promise.all(attempts);
}

function documents(text: string, source: string): Record<string, unknown>[] | KubectlError {
  try {
    const all = parseYamlDocuments(text);
    const odd = all.find((one) => typeof one !== "object");
    if (odd !== undefined) {
      const kind = typeof odd === "string" ? "string" : "number";
      return new KubectlError(
        `error parsing ${source}: error converting YAML to JSON: yaml: cannot unmarshal ${kind} into Go value of type map[string]interface {}`,
      );
    }
    return all as Record<string, unknown>[];
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    return new KubectlError(`error parsing ${source}: ${error.message}`);
  }
}

function itemsOf(document: Record<string, unknown>): Record<string, unknown>[] {
  const isList = typeof document["kind"] === "string" && document["kind"].endsWith("List") && Array.isArray(document["items"]);
  return isList ? (document["items"] as Record<string, unknown>[]) : [document];
}

async function manifestFor(object: Record<string, unknown>, source: string, call: Call): Promise<Manifest> {
  const { apiVersion, kind } = object;
  checkTypeMeta(object, source);
  const metadata = (object["metadata"] ?? {}) as Partial<KubeObject["metadata"]>;
  const resource = await call.discovery.findKind(String(apiVersion), String(kind));
  if (!resource) {
    const [name, space] = [JSON.stringify(metadata.name ?? ""), JSON.stringify(metadata.namespace ?? "")];
    throw new KubectlError(
      `resource mapping not found for name: ${name} namespace: ${space} from ${JSON.stringify(source)}: no matches for kind ${JSON.stringify(kind)} in version ${JSON.stringify(apiVersion)}\nensure CRDs are installed first`,
    );
  }
  const namespace = resource.namespaced ? namespaceOf(metadata.namespace, call) : undefined;
  const placed = { ...metadata, ...(namespace === undefined ? {} : { namespace }) };
  return { object: { ...object, metadata: placed } as Mutable<KubeObject>, resource, namespace, source };
}

function checkTypeMeta(object: Record<string, unknown>, source: string): void {
  const missing = ["apiVersion", "kind"].filter((field) => typeof object[field] !== "string" || object[field] === "");
  if (missing.length === 0) return;
  if (missing.includes("kind")) {
    throw new KubectlError(`unable to decode ${JSON.stringify(source)}: Object 'Kind' is missing in '${sortedJson(object)}'`);
  }
  throw new KubectlError(
    `error validating ${JSON.stringify(source)}: error validating data: apiVersion not set; if you choose to ignore these errors, turn validation off with --validate=false`,
  );
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

/** The type's full name in the facts, such as `io.k8s.api.apps.v1.Deployment`; "" for custom resources. */
export function typeNameOf(resource: Pick<Resource, "group" | "version" | "kind">): string {
  const group = resource.group.split(".", 1)[0] || "core";
  return `io.k8s.api.${group}.${versionOf(resource).split("/").at(-1) ?? ""}.${resource.kind}`;
}
