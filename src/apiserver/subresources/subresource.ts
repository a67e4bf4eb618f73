import type { KubeObject, Mutable, ObjectKey } from "../../api/object.ts";
import { pathNotFound } from "../../api/status.ts";
import type { ResourceDefinition } from "../../resources/definition.ts";
import type { Registry, WriteOptions } from "../registry.ts";

export interface SubresourceCreate {
  readonly registry: Registry;
  readonly resource: ResourceDefinition;
  readonly key: ObjectKey;
  readonly subresource: string;
  readonly body: KubeObject;
  readonly options: WriteOptions;
}

/** A POST below an object that answers with an object: binding, eviction, token. */
export interface CreatableSubresource {
  readonly plural: string;
  readonly subresource: string;
  create(request: SubresourceCreate): Promise<KubeObject>;
}

/** The POST-able subresources by resource. */
export class SubresourceTable {
  readonly #entries: readonly CreatableSubresource[];

  constructor(entries: readonly CreatableSubresource[]) {
    this.#entries = entries;
  }

  has(resource: ResourceDefinition, subresource: string): boolean {
    return this.#find(resource, subresource) !== undefined;
  }

  /** Rejects with ApiError. */
  async create(request: SubresourceCreate): Promise<KubeObject> {
    const entry = this.#find(request.resource, request.subresource);
    if (!entry) throw pathNotFound();
    const { registry, resource, key, subresource, options } = request;
    const object = { ...request.body } as Mutable<KubeObject>;
    await registry.judge({ operation: "CREATE", subresource, resource, object, key, options });
    return entry.create({ ...request, body: object });
  }

  #find({ plural }: ResourceDefinition, subresource: string): CreatableSubresource | undefined {
    return this.#entries.find((entry) => entry.plural === plural && entry.subresource === subresource);
  }
}
