import { apiVersionOf, type ResourceDefinition } from "../resources/definition.ts";

/** `resource` has come, `previous` has gone: a replacement does both. */
export type CatalogueListener = (
  resource: ResourceDefinition | undefined,
  previous: ResourceDefinition | undefined,
) => void;

/** Every resource the server serves, in discovery's order. Custom resources come and go. */
export class Catalogue {
  readonly #resources = new Map<string, ResourceDefinition>();
  readonly #listeners = new Set<CatalogueListener>();
  #version = 0;

  constructor(resources: readonly ResourceDefinition[]) {
    for (const resource of resources) this.add(resource);
  }

  /** Counts changes: what is derived from the catalogue is remade when it moves. */
  get version(): number {
    return this.#version;
  }

  /** Takes the place of the same resource, if it is there. */
  add(resource: ResourceDefinition): void {
    const previous = this.#resources.get(idOf(resource));
    this.#resources.set(idOf(resource), resource);
    this.#tell(resource, previous);
  }

  remove(resource: ResourceDefinition): void {
    const previous = this.#resources.get(idOf(resource));
    if (!this.#resources.delete(idOf(resource))) return;
    this.#tell(undefined, previous);
  }

  /** Tells of what comes, what goes and what takes another's place. The returned function stops. */
  onChange(listener: CatalogueListener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  find(group: string, version: string, plural: string): ResourceDefinition | undefined {
    return this.#resources.get(`${group}/${version}/${plural}`);
  }

  findKind(apiVersion: string, kind: string): ResourceDefinition | undefined {
    for (const resource of this.#resources.values()) {
      if (resource.kind === kind && apiVersionOf(resource) === apiVersion) return resource;
    }
    return undefined;
  }

  list(): readonly ResourceDefinition[] {
    return [...this.#resources.values()];
  }

  #tell(resource: ResourceDefinition | undefined, previous: ResourceDefinition | undefined): void {
    this.#version++;
    for (const listener of this.#listeners) listener(resource, previous);
  }

  hasGroupVersion(group: string, version: string): boolean {
    return this.list().some((resource) => resource.group === group && resource.version === version);
  }
}

function idOf({ group, version, plural }: ResourceDefinition): string {
  return `${group}/${version}/${plural}`;
}
