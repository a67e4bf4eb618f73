import { keyOf, type KubeObject, type ObjectKey } from "../api/object.ts";
import type { Client, WatchEvent } from "../client/client.ts";
import { bucketOf, type ResourceDefinition } from "../resources/definition.ts";
import { deleteObject } from "./lifecycle.ts";
import { scaleView } from "./object-view.ts";
import { mergePatch } from "./patch/merge-patch.ts";
import type { Registry, UpdateOptions } from "./registry.ts";
import { convertingFirst } from "./served-forms.ts";
import type { SubresourceTable } from "./subresources/subresource.ts";
import { requireUid } from "./uid-precondition.ts";

/**
 * The client of components in this process: straight to the registry, no HTTP, no authorization.
 * What it writes is the component's, by its name in managedFields.
 */
export function localClient(registry: Registry, subresources: SubresourceTable, component: string): Client {
  const write: UpdateOptions = {
    user: { name: `system:${component}`, groups: ["system:masters", "system:authenticated"] },
    manager: component,
  };
  return {
    async get<T extends KubeObject>(resource: ResourceDefinition<T>, key: ObjectKey) {
      return convertingFirst(() => registry.find(plain(resource), key) as T | undefined);
    },
    async list<T extends KubeObject>(resource: ResourceDefinition<T>, namespace?: string) {
      return convertingFirst(() => registry.list(plain(resource), namespace) as readonly T[]);
    },
    async create<T extends KubeObject>(resource: ResourceDefinition<T>, object: T) {
      return (await registry.create(plain(resource), object, write)) as T;
    },
    async update<T extends KubeObject>(resource: ResourceDefinition<T>, object: T) {
      const update = async (): Promise<KubeObject> =>
        registry.update(plain(resource), keyOf(object), () => object, write);
      return (await convertingFirst(update)) as T;
    },
    async updateStatus<T extends KubeObject>(resource: ResourceDefinition<T>, object: T) {
      const status = (object as unknown as Record<string, unknown>)["status"];
      const change = (current: KubeObject): KubeObject => {
        requireUid(plain(resource), object, current);
        return { ...current, status } as KubeObject;
      };
      const options: UpdateOptions = { ...write, part: "status", subresource: "status" };
      return (await convertingFirst(() => registry.update(plain(resource), keyOf(object), change, options))) as T;
    },
    async patch<T extends KubeObject>(resource: ResourceDefinition<T>, key: ObjectKey, patch: object, part?: string) {
      const merge = (current: KubeObject): KubeObject => mergePatch(current, patch) as unknown as KubeObject;
      if (part === "scale") {
        const view = scaleView(plain(resource));
        const scale = (current: KubeObject): KubeObject => view.into(current, merge(view.of(current)));
        const options: UpdateOptions = { ...write, subresource: "scale", view };
        return (await convertingFirst(() => registry.update(plain(resource), key, scale, options))) as T;
      }
      const options = part === undefined ? write : subresourceOptions(write, part);
      return (await convertingFirst(() => registry.update(plain(resource), key, merge, options))) as T;
    },
    async createSubresource(resource, key, subresource, body) {
      return subresources.create({ registry, resource, key, subresource, body, options: write });
    },
    async delete(resource, key, options = {}) {
      await convertingFirst(() => deleteObject(registry, { resource, key }, options, write));
    },
    watch<T extends KubeObject>(resource: ResourceDefinition<T>, onEvent: (event: WatchEvent<T>) => void) {
      return watchAll(registry, plain(resource), onEvent as (event: WatchEvent) => void);
    },
  };
}

function subresourceOptions(write: UpdateOptions, subresource: string): UpdateOptions {
  return { ...write, subresource, part: subresource === "status" ? "metadata-and-status" : "verbatim" };
}

/** Components look at the metadata of what users add: they wait for no webhook to convert it. */
function watchAll(registry: Registry, resource: ResourceDefinition, onEvent: (event: WatchEvent) => void): () => void {
  const { store } = registry;
  const served = (object: KubeObject): KubeObject => registry.asKept(resource, object);
  for (const object of store.list(bucketOf(resource))) onEvent({ type: "ADDED", object: served(object) });
  return store.watch(bucketOf(resource), { after: store.revision }, ({ type, object, previous }) => {
    onEvent({ type, object: served(object), ...(previous ? { previous: served(previous) } : {}) });
  });
}

function plain<T extends KubeObject>(resource: ResourceDefinition<T>): ResourceDefinition {
  return resource;
}
