import type { KubeObject } from "../api/object.ts";
import { ApiError } from "../api/status.ts";
import type { Resource } from "./discovery.ts";
import { booleans, type Flag, values } from "./flags.ts";
import { KubectlError } from "./kubectl-error.ts";
import { readableManifests } from "./manifest.ts";
import { type ObjectList, pathOf } from "./rest.ts";
import type { Call } from "./verb.ts";

/** What a command is about: one object, or a whole collection. */
export interface Target {
  readonly resource: Resource;
  /** undefined: cluster-scoped, or all namespaces. */
  readonly namespace: string | undefined;
  /** undefined: the collection. */
  readonly name: string | undefined;
  /** The file that named it. */
  readonly source?: string;
  /** As the file has it. */
  readonly manifest?: KubeObject;
}

/** An object as the server has it. */
export interface Found {
  readonly resource: Resource;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly object: KubeObject;
}

export const selectorFlags: readonly Flag[] = [
  ...values("selector/l", "field-selector"),
  ...booleans("all", "all-namespaces/A"),
];

/** What is said to a command that names nothing. */
export const nothingNamed = `You must provide one or more resources by argument or filename.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'
   '<resource> <name>'
   '<resource>'`;

/** What `-f` or the arguments name, by `targetsOf`'s rules; a kind alone needs a selector or `--all`. */
export async function namedTargets(call: Call, args: readonly string[] = call.flags.args): Promise<readonly Target[]> {
  const { flags } = call;
  if (flags.has("filename") || flags.has("kustomize")) {
    const manifests = await readableManifests(call);
    return manifests.map(({ object, resource, namespace, source }) => {
      return { resource, namespace, name: object.metadata.name, source, manifest: object };
    });
  }
  if (args.length === 0) throw new KubectlError(nothingNamed);
  const targets = await targetsOf(args, call);
  const isChosen = flags.has("selector") || flags.has("field-selector") || flags.isTrue("all");
  const named = targets.some(({ name }) => name !== undefined);
  if (named && (flags.has("selector") || flags.isTrue("all")))
    throw new KubectlError("name cannot be provided when a selector is specified");
  if (!named && !isChosen) throw new KubectlError("resource(s) were provided, but no name was specified");
  return targets;
}

/** The objects behind targets. Refusals go to `failed`, and the rest is still found. */
export async function fetchTargets(
  targets: readonly Target[],
  call: Call,
  failed: (error: unknown) => void,
): Promise<readonly Found[]> {
  const found: Found[] = [];
  for (const target of targets) {
    try {
      found.push(...(await fetchTarget(target, call)));
    } catch (error) {
      failed(error);
    }
  }
  return found;
}

/** The same, but what a file holds is taken as it is: it need not exist. */
export async function heldOrFetched(
  targets: readonly Target[],
  call: Call,
  failed: (error: unknown) => void,
): Promise<readonly Found[]> {
  const found = await Promise.all(
    targets.map(async (target) => {
      const { resource, namespace, name = "", manifest } = target;
      return manifest ? [{ resource, namespace, name, object: manifest }] : fetchTargets([target], call, failed);
    }),
  );
  return found.flat();
}

async function fetchTarget(target: Target, call: Call): Promise<Found[]> {
  const { resource, namespace, name } = target;
  if (name !== undefined) {
    return [{ resource, namespace, name, object: await call.rest.json<KubeObject>("GET", targetPath(target)) }];
  }
  const items = await listTarget(target, call);
  return items.map((object) => ({
    resource,
    namespace: object.metadata.namespace,
    name: object.metadata.name,
    object,
  }));
}

/** Every object of a collection that the command's selectors pick. */
export async function listTarget(target: Target, call: Call): Promise<KubeObject[]> {
  try {
    return await listAll<KubeObject>(targetPath(target), call, selectorQuery(call));
  } catch (error) {
    throw listError(error, target, call);
  }
}

/** The refusal of a list, with what was looked for. */
export function listError(error: unknown, { resource }: Target, { flags }: Pick<Call, "flags">): unknown {
  if (!(error instanceof ApiError) || (error.reason !== "BadRequest" && error.reason !== "NotFound")) return error;
  const version = resource.group ? `${resource.group}/${resource.version}` : `/${resource.version}`;
  const what = JSON.stringify(`${version}, Resource=${resource.plural}`);
  const [labels = "", fields = ""] = [flags.value("selector"), flags.value("field-selector")];
  const isPicky = labels !== "" || fields !== "";
  const picks = `that match label selector ${JSON.stringify(labels)}, field selector ${JSON.stringify(fields)}`;
  const head = isPicky ? `Unable to find ${what} ${picks}` : `Unable to list ${what}`;
  return new ApiError(error.code, error.reason, `${head}: ${error.message}`, error.status.details);
}

const chunk = "500";

/** A whole collection, each item with its apiVersion and kind. Follows `continue` to the end. */
export async function listAll<T extends KubeObject>(
  path: string,
  { rest }: Pick<Call, "rest">,
  query: Readonly<Record<string, string>> = {},
): Promise<T[]> {
  const items: T[] = [];
  let next: string | undefined;
  do {
    const page: Record<string, string> = { ...query, limit: chunk, ...(next ? { continue: next } : {}) };
    const list = await rest.json<ObjectList<T>>("GET", path, { query: page });
    const typeMeta = { apiVersion: list.apiVersion, kind: list.kind.replace(/List$/u, "") };
    items.push(...list.items.map((item) => ({ ...typeMeta, ...item })));
    next = list.metadata.continue;
  } while (next);
  return items;
}

/** Reads `pods`, `pods web`, `pod/web svc/web`, `pods,services`, `all`. Throws KubectlError. */
export async function targetsOf(args: readonly string[], call: Call): Promise<readonly Target[]> {
  if (args.length === 0) return [];
  if (args.every((arg) => arg.includes("/"))) return Promise.all(args.map((arg) => slashTarget(arg, call)));
  if (args.some((arg) => arg.includes("/"))) {
    throw new KubectlError(
      "there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'",
    );
  }
  const [types = "", ...names] = args;
  const resources = (await Promise.all(types.split(",").map((word) => resourcesFor(word, call)))).flat();
  if (names.length === 0) return resources.map((resource) => targetFor(resource, undefined, call));
  return resources.flatMap((resource) => names.map((name) => targetFor(resource, name, call)));
}

async function slashTarget(arg: string, call: Call): Promise<Target> {
  const [type = "", name = "", ...more] = arg.split("/");
  if (more.length > 0) throw new KubectlError("arguments in resource/name form may not have more than one slash");
  if (type === "" || name === "") {
    throw new KubectlError("arguments in resource/name form must have a single resource and name");
  }
  return targetFor(await call.discovery.find(type), name, call);
}

async function resourcesFor(word: string, { discovery }: Call): Promise<readonly Resource[]> {
  const group = await discovery.category(word);
  return group.length > 0 ? group : [await discovery.find(word)];
}

function targetFor(resource: Resource, name: string | undefined, { flags, namespace }: Call): Target {
  if (name !== undefined && resource.namespaced && flags.isTrue("all-namespaces")) {
    throw new KubectlError("a resource cannot be retrieved by name across all namespaces");
  }
  const everywhere = !resource.namespaced || flags.isTrue("all-namespaces");
  return { resource, namespace: everywhere ? undefined : namespace, name };
}

/** The label and field selectors of a command, as a query. */
export function selectorQuery({ flags }: Pick<Call, "flags">): Record<string, string> {
  const labels = flags.value("selector");
  const fields = flags.value("field-selector");
  return { ...(labels ? { labelSelector: labels } : {}), ...(fields ? { fieldSelector: fields } : {}) };
}

export function targetPath({ resource, namespace, name }: Target, subresource = ""): string {
  return pathOf(resource, namespace, name ?? "", subresource);
}
