import type { KubeObject } from "../../src/api/object.ts";
import { ApiError } from "../../src/api/status.ts";
import { admissionSteps } from "../../src/apiserver/admission/index.ts";
import { Catalogue } from "../../src/apiserver/catalogue.ts";
import { Registry, type UpdateOptions } from "../../src/apiserver/registry.ts";
import type { NodeAgents } from "../../src/client/node-agents.ts";
import type { ResourceDefinition } from "../../src/resources/definition.ts";
import { builtinResources } from "../../src/resources/index.ts";
import { Random } from "../../src/sim/random.ts";
import { VirtualClock } from "../../src/sim/virtual-clock.ts";
import { Store } from "../../src/storage/store.ts";

/** A registry with all admission steps, a namespace `team` and its default service account. */
export interface TestRegistry {
  readonly registry: Registry;
  readonly clock: VirtualClock;
  readonly warnings: readonly string[];
  /** Created in `team`, if its kind has namespaces. */
  create(object: object): Promise<KubeObject>;
  update(object: KubeObject, options?: Partial<UpdateOptions>): Promise<KubeObject>;
  /** The message of the error that a create ends in. */
  refusal(object: object): Promise<string>;
}

const noNodes = new Proxy({} as NodeAgents, {
  get: () => () => Promise.reject(new Error("this test has no nodes")),
});

export async function createTestRegistry(labels: Readonly<Record<string, string>> = {}): Promise<TestRegistry> {
  const clock = new VirtualClock();
  const store = new Store();
  const catalogue = new Catalogue(builtinResources);
  const random = new Random(1);
  const registry = new Registry({
    store,
    catalogue,
    clock,
    random,
    admission: admissionSteps(noNodes),
    allocators: [],
  });
  const warnings: string[] = [];
  const options: UpdateOptions = {
    user: { name: "admin", groups: [] },
    manager: "test",
    warn: (text) => warnings.push(text),
  };
  const create = (object: object): Promise<KubeObject> => {
    const given = object as KubeObject;
    const resource = resourceOf(catalogue, given);
    const place = resource.namespaced ? { namespace: "team" } : {};
    return registry.create(resource, { ...given, metadata: { ...place, ...given.metadata } }, options);
  };
  await create({ apiVersion: "v1", kind: "Namespace", metadata: { name: "team", labels } });
  await create({ apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default" } });
  return {
    registry,
    clock,
    warnings,
    create,
    update: (object, more) => {
      const { name, namespace = "" } = object.metadata;
      return registry.update(resourceOf(catalogue, object), { namespace, name }, () => object, { ...options, ...more });
    },
    refusal: (object) => create(object).then(() => "created", messageOf),
  };
}

export function messageOf(error: unknown): string {
  if (error instanceof ApiError) return error.message;
  throw error;
}

export function pod(name: string, spec: object = {}, metadata: object = {}): object {
  const containers = [{ name: "app", image: "nginx" }];
  return { apiVersion: "v1", kind: "Pod", metadata: { name, ...metadata }, spec: { containers, ...spec } };
}

function resourceOf(catalogue: Catalogue, { apiVersion, kind }: KubeObject): ResourceDefinition {
  const resource = catalogue.findKind(apiVersion, kind);
  if (!resource) throw new Error(`no resource for ${apiVersion} ${kind}`);
  return resource;
}
