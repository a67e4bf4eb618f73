import type { Resource } from "./discovery.ts";
import { KubectlError } from "./flags.ts";
import { pathOf } from "./rest.ts";
import type { Call } from "./verb.ts";

/** What a command is about: one object, or a whole collection. */
export interface Target {
  readonly resource: Resource;
  /** undefined: cluster-scoped, or all namespaces. */
  readonly namespace: string | undefined;
  /** undefined: the collection. */
  readonly name: string | undefined;
}

/** Reads `pods`, `pods web`, `pod/web svc/web`, `pods,services`, `all`. Throws KubectlError. */
export async function targetsOf(args: readonly string[], call: Call): Promise<readonly Target[]> {
  if (args.length === 0) return [];
  if (args.every((arg) => arg.includes("/"))) {
    return Promise.all(args.map((arg) => slashTarget(arg, call)));
  }
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
  if (more.length > 0 || type === "" || name === "") {
    throw new KubectlError(`arguments in resource/name form may not have more than one slash`);
  }
  return targetFor(await call.discovery.find(type), name, call);
}

async function resourcesFor(word: string, { discovery }: Call): Promise<readonly Resource[]> {
  const group = await discovery.category(word);
  return group.length > 0 ? group : [await discovery.find(word)];
}

function targetFor(resource: Resource, name: string | undefined, { flags, namespace }: Call): Target {
  const everywhere = !resource.namespaced || flags.isTrue("all-namespaces");
  if (name !== undefined && resource.namespaced && flags.isTrue("all-namespaces")) {
    throw new KubectlError("a resource cannot be retrieved by name across all namespaces");
  }
  return { resource, namespace: everywhere ? undefined : namespace, name };
}

/** The label and field selectors of a command, as a query. */
export function selectorQuery({ flags }: Call): Record<string, string> {
  const labels = flags.value("selector");
  const fields = flags.value("field-selector");
  return { ...(labels ? { labelSelector: labels } : {}), ...(fields ? { fieldSelector: fields } : {}) };
}

export function targetPath({ resource, namespace, name }: Target, subresource = ""): string {
  return pathOf(resource, namespace, name ?? "", subresource);
}
