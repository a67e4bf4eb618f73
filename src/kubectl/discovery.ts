import { KubectlError } from "./kubectl-error.ts";
import type { Rest } from "./rest.ts";

/** What kubectl knows of one kind of object. */
export interface Resource {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  readonly subresources: readonly string[];
}

/** The server's kinds, asked for once. */
export interface Discovery {
  all(): Promise<readonly Resource[]>;
  /** One version of each, the one that the server prefers. */
  preferred(): Promise<readonly Resource[]>;
  /** By `pods`, `po`, `deploy.apps`, `Pod`, … Throws KubectlError as kubectl words it. */
  find(word: string): Promise<Resource>;
  /** The same without a complaint. */
  findExactly(word: string): Promise<Resource | undefined>;
  findKind(apiVersion: string, kind: string): Promise<Resource | undefined>;
  /** The resources of a category: `all`. */
  category(word: string): Promise<readonly Resource[]>;
}

const accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";

interface Aggregated {
  readonly items: readonly {
    readonly metadata: { readonly name?: string };
    readonly versions: readonly {
      readonly version: string;
      /** None while another server, whose they are, does not answer. */
      readonly resources?: readonly {
        readonly resource: string;
        readonly responseKind: { readonly kind: string };
        readonly scope: string;
        readonly singularResource: string;
        readonly verbs: readonly string[];
        readonly shortNames?: readonly string[];
        readonly categories?: readonly string[];
        readonly subresources?: readonly { readonly subresource: string }[];
      }[];
    }[];
  }[];
}

export function createDiscovery(rest: Rest): Discovery {
  let asked: Promise<readonly Resource[]> | undefined;
  const fetchList = (path: string): Promise<Aggregated> => rest.json<Aggregated>("GET", path, { accept });
  const all = (): Promise<readonly Resource[]> => {
    asked ??= Promise.all(["/api", "/apis"].map(fetchList)).then((lists) => lists.flatMap((list) => resourcesIn(list)));
    return asked;
  };
  return {
    all,
    preferred: async () => preferred(await all()),
    findExactly: async (word) => bestMatch(await all(), word.toLowerCase()),
    async find(word) {
      const found = bestMatch(await all(), word.toLowerCase());
      if (!found) throw new KubectlError(unknownType(word));
      return found;
    },
    async findKind(apiVersion, kind) {
      return (await all()).find((one) => one.kind === kind && versionOf(one) === apiVersion);
    },
    async category(word) {
      return preferred((await all()).filter(({ categories }) => categories.includes(word)));
    },
  };
}

/** `foos.example.com` is looked for as `foos`. */
function unknownType(word: string): string {
  return `the server doesn't have a resource type ${JSON.stringify(word.split(".", 1)[0])}`;
}

export function versionOf({ group, version }: Pick<Resource, "group" | "version">): string {
  return group ? `${group}/${version}` : version;
}

function resourcesIn({ items }: Aggregated): Resource[] {
  return items.flatMap(({ metadata, versions }) =>
    versions.flatMap(({ version, resources = [] }) =>
      resources.map((one) => ({
        group: metadata.name ?? "",
        version,
        kind: one.responseKind.kind,
        plural: one.resource,
        singular: one.singularResource,
        shortNames: one.shortNames ?? [],
        categories: one.categories ?? [],
        namespaced: one.scope === "Namespaced",
        verbs: one.verbs,
        subresources: (one.subresources ?? []).map(({ subresource }) => subresource),
      })),
    ),
  );
}

/** The first in the server's order: core before groups, stable versions before others. A group may be cut short. */
function bestMatch(all: readonly Resource[], word: string): Resource | undefined {
  const [name = "", ...suffix] = word.split(".");
  const qualified = suffix.join(".");
  const isIt = (one: Resource): boolean =>
    one.plural === name || one.singular === name || one.kind.toLowerCase() === name;
  const isExactly = ({ group, version }: Resource): boolean =>
    qualified === "" || group === qualified || `${version}.${group}` === qualified;
  const isNear = ({ group }: Resource): boolean => group.startsWith(qualified);
  for (const inGroup of [isExactly, isNear]) {
    const found =
      all.find((one) => isIt(one) && inGroup(one)) ?? all.find((one) => one.shortNames.includes(name) && inGroup(one));
    if (found) return found;
  }
  return undefined;
}

function preferred(resources: readonly Resource[]): Resource[] {
  const seen = new Set<string>();
  return resources.filter(({ group, plural }) => {
    const id = `${group}/${plural}`;
    return !seen.has(id) && seen.add(id);
  });
}
