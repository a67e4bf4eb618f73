import { type KubeObject, keyOf, sameTree } from "../../api/object.ts";
import { isNotFound } from "../../api/status.ts";
import { WorkQueue } from "../../client/work-queue.ts";
import {
  type CustomResourceDefinition,
  customResourceDefinitions,
} from "../../resources/apiextensions/custom-resource-definition.ts";
import { bucketOf, type ResourceDefinition } from "../../resources/definition.ts";
import { timestamp } from "../../sim/clock.ts";
import { describeError, type Log } from "../../sim/log.ts";
import { deleteObject } from "../lifecycle.ts";
import type { Registry, UpdateOptions } from "../registry.ts";
import { establishment, isTrue, withCondition } from "./conditions.ts";
import { checkedDefinitions } from "./definition-checks.ts";
import { acceptNames } from "./names.ts";
import { baseOf, resourcesFor } from "./resource-for.ts";
import type { RuleCompiler } from "./rules.ts";

const resource = customResourceDefinitions as unknown as ResourceDefinition;
const finalizer = "customresourcecleanup.apiextensions.k8s.io";
const write: UpdateOptions = {
  user: { name: "system:apiserver", groups: ["system:masters"] },
  manager: "kube-apiserver",
};

export interface CustomResourcesOptions {
  readonly registry: Registry;
  readonly log: Log;
  /** Reads the expressions of x-kubernetes-validations; without, they are not evaluated. */
  readonly compile?: RuleCompiler;
}

/** What of a definition is in the catalogue. */
interface Served {
  readonly definition: CustomResourceDefinition;
  readonly resources: readonly ResourceDefinition[];
  stop(): void;
}

/**
 * Keeps the catalogue in step with the CustomResourceDefinitions: accepts their names, serves their resources, and
 * removes their objects before they go themselves. The returned function stops.
 * https://kubernetes.io/docs/concepts/extend-kubernetes/api-extension/custom-resources/#customresourcedefinitions
 */
export function serveCustomResources({ registry, log, compile }: CustomResourcesOptions): () => void {
  const served = new Map<string, Served>();
  const queue = new WorkQueue({
    clock: registry.clock,
    handle: (name) => sync(name),
    onError: (name, error) => log.write("error", `custom resources: ${name}: ${describeError(error)}`),
  });

  async function sync(name: string): Promise<void> {
    const definition = registry.find(resource, { namespace: "", name }) as CustomResourceDefinition | undefined;
    if (!definition) return withdraw(name);
    if (definition.metadata.deletionTimestamp) return finalize(definition);
    const accepted = await acceptedNow(definition);
    if (isTrue(accepted, "Established")) serve(accepted);
  }

  async function acceptedNow(definition: CustomResourceDefinition): Promise<CustomResourceDefinition> {
    const others = definitions().filter(
      ({ spec, metadata }) => spec.group === definition.spec.group && metadata.uid !== definition.metadata.uid,
    );
    const { names, condition } = acceptNames(definition, others);
    const now = timestamp(registry.clock);
    const known = withCondition(definition.status?.conditions ?? [], condition, now);
    const conditions = withCondition(known, establishment(definition, condition.status === "True"), now);
    return updateStatus(definition, { ...definition.status, acceptedNames: names, conditions });
  }

  function serve(definition: CustomResourceDefinition): void {
    const { name } = definition.metadata;
    const before = served.get(name);
    if (before && isSame(before.definition, definition)) return;
    const resources = resourcesFor(definition, compile);
    const kept = new Set(resources.map(({ version }) => version));
    for (const old of before?.resources ?? []) if (!kept.has(old.version)) registry.catalogue.remove(old);
    for (const one of resources) registry.catalogue.add(one);
    const stop = before?.stop ?? watchDeletions(definition);
    served.set(name, { definition, resources, stop });
  }

  /** A definition that waits for its last object hears when it has gone. */
  function watchDeletions(definition: CustomResourceDefinition): () => void {
    const after = registry.store.revision;
    return registry.store.watch(bucketOf(baseOf(definition)), { after }, ({ type }) => {
      if (type === "DELETED" && isTerminating(definition.metadata.name)) queue.add(definition.metadata.name);
    });
  }

  function isTerminating(name: string): boolean {
    return registry.find(resource, { namespace: "", name })?.metadata.deletionTimestamp !== undefined;
  }

  function withdraw(name: string): void {
    const gone = served.get(name);
    served.delete(name);
    gone?.stop();
    for (const one of gone?.resources ?? []) registry.catalogue.remove(one);
    // Names have become free.
    for (const { metadata } of definitions()) queue.add(metadata.name);
  }

  async function finalize(definition: CustomResourceDefinition): Promise<void> {
    const { finalizers = [] } = definition.metadata;
    if (!finalizers.includes(finalizer)) return;
    const base = baseOf(definition);
    for (const object of registry.list(base)) await removeInstance(base, object);
    const left = registry.list(base).length;
    const ended = await updateStatus(definition, {
      ...definition.status,
      conditions: withCondition(
        definition.status?.conditions ?? [],
        left > 0
          ? { type: "Terminating", status: "True", reason: "InstanceDeletionInProgress", message: "CustomResource deletion is in progress" }
          : { type: "Terminating", status: "False", reason: "InstanceDeletionCompleted", message: "removed all instances" },
        timestamp(registry.clock),
      ),
    });
    if (left > 0) return;
    const others = finalizers.filter((one) => one !== finalizer);
    const change = (current: KubeObject): KubeObject => ({
      ...current,
      metadata: { ...current.metadata, finalizers: others },
    });
    await registry.update(resource, keyOf(ended), change, { ...write, part: "verbatim" });
  }

  async function removeInstance(base: ResourceDefinition, object: KubeObject): Promise<void> {
    if (object.metadata.deletionTimestamp) return;
    try {
      await deleteObject(registry, { resource: base, key: keyOf(object) }, {}, write);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  async function updateStatus(
    definition: CustomResourceDefinition,
    status: CustomResourceDefinition["status"],
  ): Promise<CustomResourceDefinition> {
    const change = (current: KubeObject): KubeObject => ({ ...current, status }) as KubeObject;
    const options: UpdateOptions = { ...write, part: "status", subresource: "status" };
    return (await registry.update(resource, keyOf(definition), change, options)) as CustomResourceDefinition;
  }

  function definitions(): readonly CustomResourceDefinition[] {
    return registry.list(resource) as readonly KubeObject[] as readonly CustomResourceDefinition[];
  }

  registry.catalogue.add(checkedDefinitions(compile));
  for (const { metadata } of definitions()) queue.add(metadata.name);
  const after = registry.store.revision;
  const stop = registry.store.watch(bucketOf(resource), { after }, ({ object }) => queue.add(object.metadata.name));
  return () => {
    stop();
    queue.stop();
    for (const one of served.values()) one.stop();
  };
}

/** Whether two states of a definition serve the same. */
function isSame(before: CustomResourceDefinition, definition: CustomResourceDefinition): boolean {
  return (
    sameTree(before.spec, definition.spec) && sameTree(before.status?.acceptedNames, definition.status?.acceptedNames)
  );
}
