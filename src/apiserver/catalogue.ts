import { apiVersionOf, type ResourceDefinition } from "../resources/definition.ts";

/** Every resource the server serves, in discovery's order. Custom resources come and go. */
export class Catalogue {
  readonly #resources = new Map<string, ResourceDefinition>();
  #version = 0;

  constructor(resources: readonly ResourceDefinition[]) {
    for (const resource of resources) this.add(resource);
  }

  /** Counts changes: what is derived from the catalogue is remade when it moves. */
  get version(): number {
    return this.#version;
  }

  add(resource: ResourceDefinition): void {
    this.#resources.set(idOf(resource), resource);
    this.#version++;
  }

  remove(resource: ResourceDefinition): void {
    this.#resources.delete(idOf(resource));
    this.#version++;
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

  hasGroupVersion(group: string, version: string): boolean {
    return this.list().some((resource) => resource.group === group && resource.version === version);
  }
}

function idOf({ group, version, plural }: ResourceDefinition): string {
  return `${group}/${version}/${plural}`;
}
