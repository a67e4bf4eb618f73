import { decodeText, readAll } from "../api/bytes.ts";
import { readJsonStream } from "../api/json-reader.ts";
import type { KubeObject, Mutable } from "../api/object.ts";
import { parseLabelSelector } from "../api/selectors.ts";
import { parseYamlDocuments, YamlError } from "../api/yaml.ts";
import { type Resource, versionOf } from "./discovery.ts";
import { booleans, type Flag, type Flags, lists, values } from "./flags.ts";
import { KubectlError } from "./kubectl-error.ts";
import { sortedJson } from "./printers/go-json.ts";
import { ManyErrors } from "./server-says.ts";
import { validationOf } from "./validation.ts";
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

export const fileFlags: readonly Flag[] = [
  ...lists("filename/f"),
  ...values("kustomize/k"),
  ...booleans("recursive/R"),
];

/** Everything that `-f` names: files, directories, addresses and `-` for stdin. Lists are taken apart. */
export async function manifestsOf(call: Call): Promise<Manifests> {
  const { flags } = call;
  if (flags.has("kustomize")) throw kustomization(flags.value("kustomize") ?? ".", call);
  const paths = flags.values("filename");
  if (paths.length === 0) throw new KubectlError("must specify one of -f and -k");
  const manifests: Manifest[] = [];
  const failures: unknown[] = [];
  const isChosen = labelFilter(flags);
  for (const { text, source } of await allTexts(paths, call)) {
    for (const one of await readManifests(text, source, call)) {
      if ("object" in one) manifests.push(...(isChosen(one.object.metadata.labels ?? {}) ? [one] : []));
      else failures.push(one);
    }
  }
  return { manifests, failures };
}

/** The same for commands that do what they can, and tell at their end what they could not read. */
export async function readableManifests(call: Call): Promise<readonly Manifest[]> {
  const { manifests, failures } = await manifestsOf(call);
  if (manifests.length === 0 && failures.length > 0) throw failures.length > 1 ? new ManyErrors(failures) : failures[0];
  call.unread.push(...failures);
  return manifests;
}

/** `-l` picks among what files hold; a `--selector` without that letter is about something else. */
function labelFilter({ given }: Flags): ReturnType<typeof parseLabelSelector> {
  const selector = given.findLast(({ name, short }) => name === "selector" && short === "l");
  return selector ? parseLabelSelector(selector.value) : () => true;
}

/** What `kustomize` and `-k` answer: they are not simulated. */
export function kustomization(path: string, { io }: Call): KubectlError {
  const inside = io.files?.list(path) ?? [];
  if (inside.some((file) => /(?:^|[\\/])(?:kustomization\.ya?ml|Kustomization)$/u.test(file))) {
    return new KubectlError(
      "kustomizations are not supported by this kubectl: build them with kustomize and apply the result with -f",
    );
  }
  return new KubectlError(
    `unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '${path}'`,
  );
}

/** Paths that lead nowhere are told together, and nothing is done. */
async function allTexts(paths: readonly string[], call: Call): Promise<Text[]> {
  const texts: Text[] = [];
  const missing: KubectlError[] = [];
  for (const path of paths) {
    try {
      texts.push(...(await textsAt(path, call)));
    } catch (error) {
      if (!(error instanceof KubectlError)) throw error;
      missing.push(error);
    }
  }
  const [first, ...more] = missing;
  if (first) throw more.length > 0 ? new ManyErrors(missing) : first;
  return texts;
}

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

/** A document that is no object ends its file; one of a kind that nobody knows does not. */
async function readManifests(text: string, source: string, call: Call): Promise<(Manifest | KubectlError)[]> {
  const { values: all, problem: end } = documents(text);
  const found: (Manifest | KubectlError)[] = [];
  for (const document of all) {
    const items = itemsOf(document);
    const [problem] = items.flatMap((item) => problemWith(item, source, call) ?? []);
    if (problem) return [...found, problem];
    for (const item of items) found.push(await manifestFor(item as Record<string, unknown>, source, call));
  }
  return end === undefined ? found : [...found, new KubectlError(`error parsing ${source}: ${end}`)];
}

interface Documents {
  readonly values: readonly unknown[];
  /** Why there are no more of them. */
  readonly problem?: string;
}

/** What begins as JSON may go on as YAML, as for kubectl since 1.33; when it does not, it is bad JSON. */
function documents(text: string): Documents {
  if (!text.trimStart().startsWith("{")) return yamlDocuments(text);
  const { values: found, rest, problem } = readJsonStream(text);
  if (problem === undefined) return { values: found.filter((value) => value !== null) };
  const yaml = yamlDocuments(rest);
  return yaml.problem === undefined ? { values: [...found, ...yaml.values] } : { values: found, problem };
}

function yamlDocuments(text: string): Documents {
  try {
    return { values: parseYamlDocuments(text) };
  } catch (error) {
    if (error instanceof YamlError) return { values: [], problem: error.message };
    throw error;
  }
}

function itemsOf(document: unknown): unknown[] {
  if (typeof document !== "object" || document === null) return [document];
  const { kind, items } = document as { kind?: unknown; items?: unknown };
  return typeof kind === "string" && kind.endsWith("List") && Array.isArray(items) ? (items as unknown[]) : [document];
}

async function manifestFor(
  object: Record<string, unknown>,
  source: string,
  call: Call,
): Promise<Manifest | KubectlError> {
  const { apiVersion, kind } = object;
  const metadata = (object["metadata"] ?? {}) as Partial<KubeObject["metadata"]>;
  const resource = await call.discovery.findKind(String(apiVersion), String(kind));
  if (!resource) {
    const [name, space] = [JSON.stringify(metadata.name ?? ""), JSON.stringify(metadata.namespace ?? "")];
    return new KubectlError(
      `resource mapping not found for name: ${name} namespace: ${space} from ${JSON.stringify(source)}: no matches for kind ${JSON.stringify(kind)} in version ${JSON.stringify(apiVersion)}\nensure CRDs are installed first`,
    );
  }
  const isPlaced = resource.namespaced && !call.flags.isTrue("local");
  const namespace = isPlaced ? namespaceOf(metadata.namespace, call) : undefined;
  const placed = { ...metadata, ...(namespace === undefined ? {} : { namespace }) };
  return { object: { ...object, metadata: placed } as Mutable<KubeObject>, resource, namespace, source };
}

/** Commands that check what they read before they send it. */
const checking = new Set(["apply", "create", "replace"]);

function problemWith(object: unknown, source: string, { verb, flags }: Call): KubectlError | undefined {
  const isObject = typeof object === "object" && object !== null && !Array.isArray(object);
  if (isObject && (!checking.has(verb) || validationOf(flags) === "Ignore")) return kindProblem(object, source);
  const why = isObject ? typeMetaProblem(object as Record<string, unknown>) : "invalid object to validate";
  if (why === undefined) return undefined;
  return new KubectlError(
    `error validating ${JSON.stringify(source)}: error validating data: ${why}; if you choose to ignore these errors, turn validation off with --validate=false`,
  );
}

function kindProblem(object: object, source: string): KubectlError | undefined {
  if ("kind" in object && typeof object.kind === "string" && object.kind !== "") return undefined;
  const text = sortedJson(object);
  return new KubectlError(`unable to decode ${JSON.stringify(source)}: Object 'Kind' is missing in '${text}'`);
}

function typeMetaProblem(object: Record<string, unknown>): string | undefined {
  const missing = ["apiVersion", "kind"].filter((field) => typeof object[field] !== "string" || object[field] === "");
  const [first, second] = missing;
  return second === undefined
    ? first && `${first} not set`
    : `[${missing.map((field) => `${field} not set`).join(", ")}]`;
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

/** What is to be created has no version yet. */
export function unversioned<T extends KubeObject>(object: T): T {
  const { resourceVersion: _old, ...metadata } = object.metadata;
  return { ...object, metadata };
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
