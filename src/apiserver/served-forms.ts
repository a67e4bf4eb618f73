import type { KubeObject } from "../api/object.ts";
import { apiVersionOf, type ResourceDefinition } from "../resources/definition.ts";

/** Thrown by whoever reads what a webhook has not converted yet: wait for `convert`, then read again. */
export class NotConverted extends Error {
  /** Rejects with ApiError. */
  readonly convert: () => Promise<void>;

  constructor(convert: () => Promise<void>) {
    super("read before it was converted");
    this.convert = convert;
  }
}

/** Does what reads, from the start again each time that something had to be converted first. Rejects with ApiError. */
export async function convertingFirst<T>(read: () => T | Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof NotConverted)) throw error;
      await error.convert();
    }
  }
}

/** What is stored, as resources serve it: the same stored object always gives the same served one. */
export class ServedForms {
  readonly #served = new WeakMap<ResourceDefinition, WeakMap<KubeObject, KubeObject>>();
  /** By the object that is to be stored, what a webhook made of it. */
  readonly #toStore = new WeakMap<KubeObject, KubeObject>();

  /** Throws NotConverted. */
  one(resource: ResourceDefinition, stored: KubeObject): KubeObject {
    if (!resource.storedAs) return stored;
    const served = this.#find(resource, stored);
    if (!served) throw this.#notConverted(resource, [stored]);
    return served;
  }

  /** Throws NotConverted once for all of them. */
  all(resource: ResourceDefinition, stored: readonly KubeObject[]): readonly KubeObject[] {
    if (!resource.storedAs) return stored;
    const missing: KubeObject[] = [];
    const served = stored.map((object) => {
      const found = this.#find(resource, object);
      if (!found) missing.push(object);
      return found ?? object;
    });
    if (missing.length > 0) throw this.#notConverted(resource, missing);
    return served;
  }

  /** What would have to be converted comes as it is kept: its metadata is right. */
  asKept(resource: ResourceDefinition, stored: KubeObject): KubeObject {
    return resource.storedAs ? (this.#find(resource, stored) ?? stored) : stored;
  }

  /** Whether storing an object takes a conversion first: `prepare`. */
  mustPrepare({ storedAs }: ResourceDefinition, object: KubeObject): boolean {
    return storedAs?.conversion !== undefined && object.apiVersion !== storedAs.conversion.storedVersion;
  }

  /** Rejects with ApiError. */
  async prepare({ storedAs }: ResourceDefinition, object: KubeObject): Promise<void> {
    const { conversion } = storedAs ?? {};
    const [converted] = conversion ? await conversion.convert([object], conversion.storedVersion) : [];
    if (converted) this.#toStore.set(object, converted);
  }

  /** Metadata may have changed since it was prepared, but for labels and annotations. */
  toStored(resource: ResourceDefinition, object: KubeObject): KubeObject {
    const converted = this.#toStore.get(object);
    if (!converted) return resource.storedAs ? resource.storedAs.toStored(object) : object;
    const { labels: _l, annotations: _a, ...metadata } = object.metadata;
    const { labels, annotations } = converted.metadata;
    return {
      ...converted,
      metadata: { ...metadata, ...(labels ? { labels } : {}), ...(annotations ? { annotations } : {}) },
    };
  }

  #find(resource: ResourceDefinition, stored: KubeObject): KubeObject | undefined {
    const known = this.#knownOf(resource);
    const served = known.get(stored);
    const { storedAs } = resource;
    if (served || !storedAs) return served;
    if (storedAs.conversion && stored.apiVersion !== apiVersionOf(resource)) return undefined;
    const made = storedAs.fromStored(stored);
    known.set(stored, made);
    return made;
  }

  #knownOf(resource: ResourceDefinition): WeakMap<KubeObject, KubeObject> {
    let known = this.#served.get(resource);
    if (!known) {
      known = new WeakMap();
      this.#served.set(resource, known);
    }
    return known;
  }

  #notConverted(resource: ResourceDefinition, stored: readonly KubeObject[]): NotConverted {
    return new NotConverted(async () => {
      const { storedAs } = resource;
      const converted = (await storedAs?.conversion?.convert(stored, apiVersionOf(resource))) ?? [];
      const known = this.#knownOf(resource);
      for (const [index, object] of stored.entries()) {
        const made = converted[index];
        if (made && storedAs) known.set(object, storedAs.fromStored(made));
      }
    });
  }
}
