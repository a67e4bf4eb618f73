/** A version of a group that another API server serves. */
export interface RemoteVersion {
  readonly group: string;
  readonly version: string;
  readonly groupPriority: number;
  readonly versionPriority: number;
  /** As its server announced them last; none while it does not answer. */
  readonly resources?: readonly AnnouncedResource[];
}

/** An APIResource. */
export interface AnnouncedResource {
  readonly name: string;
  readonly singularName?: string;
  readonly namespaced?: boolean;
  readonly group?: string;
  readonly version?: string;
  readonly kind: string;
  readonly verbs?: readonly string[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
}

/** The resources of an APIResourceList. Empty for what is none. */
export function announcedResources(text: string): readonly AnnouncedResource[] {
  try {
    const { resources = [] } = JSON.parse(text) as { resources?: readonly AnnouncedResource[] };
    return resources;
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

/** An APIVersionDiscovery. */
export function aggregatedRemote({ group, version, resources }: RemoteVersion): Record<string, unknown> {
  if (!resources) return { version, freshness: "Stale" };
  const kindOf = ({ kind, ...own }: AnnouncedResource): object => ({
    group: own.group ?? group,
    version: own.version ?? version,
    kind,
  });
  const below = (name: string): object[] =>
    resources
      .filter((resource) => resource.name.startsWith(`${name}/`))
      .map((resource) => ({
        subresource: resource.name.slice(name.length + 1),
        responseKind: kindOf(resource),
        verbs: resource.verbs ?? [],
      }));
  const whole = resources.filter(({ name }) => !name.includes("/"));
  return {
    version,
    freshness: "Current",
    resources: whole.map((resource) => {
      const subresources = below(resource.name);
      return {
        resource: resource.name,
        responseKind: kindOf(resource),
        scope: resource.namespaced ? "Namespaced" : "Cluster",
        singularResource: resource.singularName ?? "",
        verbs: resource.verbs ?? [],
        ...(resource.shortNames ? { shortNames: resource.shortNames } : {}),
        ...(resource.categories ? { categories: resource.categories } : {}),
        ...(subresources.length > 0 ? { subresources } : {}),
      };
    }),
  };
}
